"""A weights file is known by its content, and a missing one is told by its path."""

from pathlib import Path

import pytest

from reid_assets.reid.backbones.weights_file import file_digest, require_file
from reid_assets.reid.core.errors import BackboneError


def test_a_moved_file_is_the_same_and_a_replaced_one_is_another(tmp_path: Path) -> None:
    file = tmp_path / "a.pth"
    file.write_bytes(b"weights")
    digest = file_digest(file)
    assert file_digest(file.rename(tmp_path / "b.pth")) == digest
    (tmp_path / "b.pth").write_bytes(b"other weights")
    assert file_digest(tmp_path / "b.pth") != digest


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir, Path.touch], ids=["none", "folder", "empty"])
def test_what_is_no_file_with_content_is_refused_by_name(tmp_path: Path, make) -> None:
    make(tmp_path / "a.pth")
    with pytest.raises(BackboneError, match=r"a\.pth"):
        require_file(tmp_path / "a.pth", "weights file")


def test_a_file_that_went_away_is_an_error_for_a_person(tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match="cannot be read"):
        file_digest(tmp_path / "gone.pth")
