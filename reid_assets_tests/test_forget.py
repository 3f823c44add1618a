"""Forgetting somebody: nothing of them is found in any byte, they do not come back, and nobody else changes."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Called, Cli, call
from reid_assets_tests.test_corrections import ids
from reid_assets_tests.test_removal import left_of

RED = "a:0"


def correct(cli: Cli, *arguments: str) -> Called:
    return call("correct", *arguments, "--root", str(cli.root), "--config", str(cli.config))


def tracks_of(cli: Cli, number: int) -> list[str]:
    return [track for track, own in ids(cli).items() if own == number]


def secrets(at: Layout, tracks: list[str]) -> dict[str, bytes]:
    """Bytes that only these tracks have: the middle of each vector, and each crop as a whole."""
    found = {}
    for video, track in (name.split(":") for name in tracks):
        meta = pd.read_csv(at.track_meta(video))
        (row,) = np.flatnonzero(meta["track_id"] == int(track))
        with np.load(at.track_embeds(video)) as stored:
            found[f"vector of {video}:{track}"] = stored["emb"][row].tobytes()
            for sample in np.flatnonzero(stored["sample_track"] == row):
                found[f"sample {sample} of {video}:{track}"] = stored["samples"][sample].tobytes()
        for path in at.crops(video).glob(f"tid{track}_f*.jpg"):
            found[f"{video} {path.name}"] = path.read_bytes()
        found[f"name of {video}:{track}"] = f"{video}_tid{track}_f".encode()
    return found


def test_nothing_of_the_forgotten_is_found_and_nobody_else_changes(finished: Cli) -> None:
    at = Layout(finished.root)
    assert correct(finished, "name", RED, "Anna Quist", "--note", "the zebra coat").code == 0
    assert correct(finished, "name", "a:1", "Bo").code == 0
    assert finished.run().code == 0
    before = ids(finished)
    number = before[RED]
    gone = tracks_of(finished, number)
    assert len(gone) > 1
    sought = secrets(at, gone) | {"name": b"Anna Quist", "note": b"zebra coat"}
    evidence = pd.read_csv(at.path("identity_evidence"))
    assert {"name", "note"} <= set(left_of(finished.root.parent, sought))
    called = finished("forget", "anna quist", "--reason", "case 17")
    assert called.code == 0, called.said
    assert called.lines("nothing_left: searched"), called.said
    assert not left_of(finished.root.parent, sought)
    assert ids(finished) == {track: own for track, own in before.items() if own != number}
    now = pd.read_csv(at.path("identity_evidence"))
    others = evidence[evidence["global_id"] != number].reset_index(drop=True)
    pd.testing.assert_frame_equal(now, others, check_dtype=False)
    assert not at.gallery(number).exists()
    lines = (finished.config.parent / "corrections.csv").read_text().splitlines()
    assert len(lines) == 2 and ",Bo," in lines[1]
    assert finished.run().lines("nothing to do"), "everything is up to date afterwards"
    again = finished("forget", str(number))
    assert again.code == 0 and again.lines("is already forgotten"), again.said
