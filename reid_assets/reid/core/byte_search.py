"""Finding pieces of vectors and pictures in any file, without keeping them.

Of each secret a few windows of 32 bytes are kept as salted hashes, which say nothing by themselves. All
windows of a file are hashed at once by a rolling polynomial (Karp and Rabin 1987, Efficient randomized
pattern-matching algorithms); what meets it is confirmed by a salted BLAKE2.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

WINDOW = 32
# A window of fewer different bytes is padding or a plain surface: it may be anybody's.
_LEAST_DISTINCT = 16
_PER_SECRET, _TRIED = 2, 16
_CONFIRM = 16
_START_OF_SCAN, _SCAN_HEADER = b"\xff\xda", 14
_BITS = 20
# Pieces whose arrays stay in the processor's cache; consecutive ones overlap by a window.
_PIECE = 1 << 16


def new_salt() -> bytes:
    """Sixteen random bytes."""
    return secrets.token_bytes(16)


@dataclass(frozen=True)
class Fingerprints:
    """Salted hashes of windows.

    Attributes:
        salt: bytes (16,).
        rolling: uint64 (n,), the polynomial of each window.
        confirm: uint8 (n, 16), its BLAKE2.
    """

    salt: bytes = field(default_factory=new_salt)
    rolling: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint64))
    confirm: np.ndarray = field(default_factory=lambda: np.empty((0, _CONFIRM), np.uint8))

    @classmethod
    def of(cls, secrets_: Iterable[bytes], salt: bytes) -> "Fingerprints":
        """The hashes of a few windows of each secret; none of a secret that is too plain to be told apart."""
        windows = list(dict.fromkeys(window for secret in secrets_ for window in _windows(secret)))
        if not windows:
            return cls(salt)
        table = np.frombuffer(b"".join(windows), np.uint8).reshape(-1, WINDOW)
        rolling = (table.astype(np.uint64) * _powers(salt, WINDOW)).sum(axis=1, dtype=np.uint64)
        confirm = np.frombuffer(b"".join(_confirm(salt, one) for one in windows), np.uint8)
        return cls(salt, rolling, confirm.reshape(-1, _CONFIRM))

    def __len__(self) -> int:
        return len(self.rolling)

    def found_in(self, content: bytes) -> int | None:
        """The place of the first window of a secret in some bytes; None where there is none."""
        return next((place for place, _ in self._matches(content)), None)

    def without_those_in(self, others: Iterable[bytes]) -> "Fingerprints":
        """The hashes of windows that are in none of some other bytes: the others tell nobody apart."""
        shared = {hashed for content in others for _, hashed in self._matches(content)}
        own = np.array([row.tobytes() not in shared for row in self.confirm], dtype=bool)
        return Fingerprints(self.salt, self.rolling[own], self.confirm[own]) if shared else self

    def _matches(self, content: bytes) -> Iterator[tuple[int, bytes]]:
        """Place and confirmation of each window of a secret in some bytes."""
        if not len(self):
            return
        order, known, confirmed = self._tables
        for start in range(0, max(len(content) - WINDOW, 0) + 1, _PIECE):
            piece = content[start : start + _PIECE + WINDOW - 1]
            for place in self._candidates(piece, order, known):
                hashed = _confirm(self.salt, piece[place : place + WINDOW])
                if hashed in confirmed:
                    yield start + place, hashed

    @cached_property
    def _tables(self) -> tuple[np.ndarray, np.ndarray, set[bytes]]:
        """The polynomials sorted; bool (2^20,), which of their highest bits there are; the confirmations."""
        order = np.sort(self.rolling)
        known = np.zeros(1 << _BITS, bool)
        known[(order >> np.uint64(64 - _BITS)).astype(np.int64)] = True
        return order, known, {row.tobytes() for row in self.confirm}

    def _candidates(self, piece: bytes, order: np.ndarray, known: np.ndarray) -> list[int]:
        """Places whose polynomial is one of the known, ascending."""
        if len(piece) < WINDOW:
            return []
        powers, inverse = _powers(self.salt, len(piece)), _inverse_powers(self.salt, len(piece))
        sums = np.zeros(len(piece) + 1, np.uint64)
        np.cumsum(np.frombuffer(piece, np.uint8).astype(np.uint64) * powers, out=sums[1:])
        hashes = (sums[WINDOW:] - sums[:-WINDOW]) * inverse[: len(piece) - WINDOW + 1]
        near = np.flatnonzero(known[(hashes >> np.uint64(64 - _BITS)).astype(np.int64)])
        at = np.minimum(np.searchsorted(order, hashes[near]), len(order) - 1)
        return near[order[at] == hashes[near]].tolist()


def image_data(jpeg: bytes) -> bytes:
    """The compressed image of a JPEG: what comes before it (tables, sizes) is the same in all of them."""
    return jpeg[jpeg.find(_START_OF_SCAN) + _SCAN_HEADER :] if _START_OF_SCAN in jpeg else jpeg


def _windows(secret: bytes) -> Iterator[bytes]:
    """Up to two windows, those with the most different bytes of some that are spread over the secret."""
    last = len(secret) - WINDOW
    if last < 0:
        return
    places = {int(place) for place in np.linspace(last // 8, last, _TRIED)}
    windows = {place: secret[place : place + WINDOW] for place in sorted(places)}
    best = sorted(windows, key=lambda place: (-len(set(windows[place])), place))[:_PER_SECRET]
    yield from (windows[place] for place in best if len(set(windows[place])) >= _LEAST_DISTINCT)


def _confirm(salt: bytes, window: bytes) -> bytes:
    return hashlib.blake2b(window, digest_size=_CONFIRM, key=salt).digest()


def _base(salt: bytes) -> int:
    """An odd number modulo 2^64, which therefore has an inverse."""
    return int.from_bytes(hashlib.blake2b(b"base", digest_size=8, key=salt).digest(), "little") | 1


def _powers(salt: bytes, count: int) -> np.ndarray:
    return _geometric(_base(salt), count)


def _inverse_powers(salt: bytes, count: int) -> np.ndarray:
    return _geometric(pow(_base(salt), -1, 1 << 64), count)


_made: dict[int, np.ndarray] = {}


def _geometric(ratio: int, count: int) -> np.ndarray:
    """1, r, r², ... modulo 2^64: uint64 (count,)."""
    known = _made.get(ratio)
    if known is None or len(known) < count:
        size = max(count, _PIECE + WINDOW) if count > WINDOW else WINDOW
        known = np.full(size, ratio, np.uint64)
        known[0] = 1
        np.cumprod(known, out=known)
        _made[ratio] = known
    return known[:count]
