"""The search for pieces of secrets: finds them at any place of any file, and nothing else."""

import numpy as np
import pytest

from reid_assets.reid.core.byte_search import WINDOW, Fingerprints, image_data, new_salt

RANDOM = np.random.default_rng(3)
VECTORS = [RANDOM.standard_normal(128).astype(np.float32).tobytes() for _ in range(40)]
PRINTS = Fingerprints.of(VECTORS, new_salt())


@pytest.mark.parametrize("before", [0, 1, 7, (1 << 16) - 100, (1 << 16) - 1, (1 << 16) + 3, 3 << 20])
def test_a_secret_is_found_at_any_place(before: int) -> None:
    noise = RANDOM.bytes(before)
    place = PRINTS.found_in(noise + VECTORS[11] + b"end")
    assert place is not None and before <= place < before + len(VECTORS[11])


def test_nothing_is_found_where_nothing_is() -> None:
    for content in (b"", b"x", b"\0" * 5_000_000, RANDOM.bytes(5_000_000), VECTORS[0][: WINDOW - 1]):
        assert PRINTS.found_in(content) is None
    assert Fingerprints().found_in(VECTORS[0]) is None


def test_one_changed_bit_is_another_secret() -> None:
    changed = bytearray(b"".join(VECTORS))
    changed[::16] = bytes(byte ^ 1 for byte in changed[::16])
    assert PRINTS.found_in(bytes(changed)) is None


@pytest.mark.parametrize("plain", [b"", b"short", b"\0" * 4096, b"\x28\xa2\x8a\x00" * 500, bytes(31)])
def test_what_anybody_may_have_is_no_secret(plain: bytes) -> None:
    assert len(Fingerprints.of([plain], new_salt())) == 0


def test_the_hashes_hold_no_piece_of_the_secret_and_differ_between_roots() -> None:
    again = Fingerprints.of(VECTORS, new_salt())
    assert not set(again.rolling.tolist()) & set(PRINTS.rolling.tolist())
    kept = again.rolling.tobytes() + again.confirm.tobytes() + again.salt
    assert not any(vector[at : at + 8] in kept for vector in VECTORS for at in range(0, 500, 8))


def test_of_a_jpeg_only_the_image_counts() -> None:
    import cv2

    pictures = [
        cv2.imencode(".jpg", RANDOM.integers(0, 255, (60, 40, 3), dtype=np.uint8))[1].tobytes()
        for _ in range(2)
    ]
    prints = Fingerprints.of([image_data(pictures[0])], new_salt())
    assert prints.found_in(pictures[0]) is not None and prints.found_in(pictures[1]) is None
    assert image_data(b"no picture") == b"no picture"


def test_what_others_have_as_well_is_not_searched_for() -> None:
    draw = np.random.default_rng(5)
    shared, own = draw.bytes(200), draw.bytes(200)
    prints = Fingerprints.of([shared, own], b"s" * 16).without_those_in([b"x" * 99 + shared + b"y" * 70_000])
    assert prints.found_in(shared) is None and prints.found_in(b"ab" + own) is not None
    assert len(prints) == 2
    assert Fingerprints.of([own], b"s" * 16).without_those_in([shared]).found_in(own) is not None
