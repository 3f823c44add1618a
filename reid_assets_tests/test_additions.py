"""Additions to the map through the command line: ids stay, `--full` clusters anew, damage is survived."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from reid_assets.layout import Layout
from reid_assets.reid.core.embeddings import TrackEmbeddings
from reid_assets.storage.embeddings_pair import write_pair
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.long_tests import long_after
from reid_assets_tests.support.synthetic_tracks import one_video, unit

_PEOPLE, _DIM = 30, 32


def video(name: str, people: range, seed: int) -> TrackEmbeddings:
    """Each of the people once, one after the other, looking much like themselves."""
    looks = unit(np.random.default_rng(0).normal(size=(_PEOPLE, _DIM)))
    seen = looks[list(people)] + 0.3 * unit(np.random.default_rng(seed).normal(size=(len(people), _DIM)))
    return one_video(name, seen, crops=2, noise=0.05, seed=seed)


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """A root of three videos of ninety tracks, which are added to from the second map on."""
    root, config = tmp_path / "root", tmp_path / "reid.yaml"
    for number, name in enumerate("abc"):
        write_pair(Layout(root), name, video(name, range(_PEOPLE), number))
    config.write_text(yaml.safe_dump({"backbone": {"name": "builtin"}, "associate": _ADDING}))
    made = Cli(root, config)
    assert made.run().code == 0
    return made


_ADDING = {"method": "auto", "allow_merge_same_video": True, "incremental": "always"}


def add(cli: Cli, name: str, people: range, seed: int = 9) -> None:
    write_pair(Layout(cli.root), name, video(name, people, seed))


def ids(cli: Cli) -> dict[tuple[str, int], int]:
    rows = pd.read_csv(Layout(cli.root).global_id_map)
    return {(str(v), int(t)): int(i) for v, t, i in rows[["video", "track_id", "global_id"]].to_numpy()}


def last_pass(cli: Cli) -> dict:
    told = json.loads((Layout(cli.root).reid / "association.json").read_text())
    return dict(told["incremental"])


def run(cli: Cli, *arguments: str) -> None:
    called = cli.run(*arguments)
    assert called.code == 0, called.said


def test_a_new_video_is_added_and_everybody_keeps_his_id(cli: Cli) -> None:
    before = ids(cli)
    assert last_pass(cli)["pass"] == "full"
    add(cli, "d", range(10))
    run(cli)
    after = ids(cli)
    assert last_pass(cli)["pass"] == "additions"
    assert {track: after[track] for track in before} == before
    assert [after["d", n + 1] for n in range(10)] == [before["a", n + 1] for n in range(10)]
    evidence = pd.read_csv(Layout(cli.root).reid / "identity_evidence.csv")
    assert (evidence["global_id"] == pd.read_csv(Layout(cli.root).global_id_map)["global_id"]).all()
    assert evidence[["witness_video", "confidence"]].notna().all().all()


@pytest.mark.long
def test_full_clusters_everybody_anew_and_keeps_ids(cli: Cli) -> None:
    add(cli, "d", range(10))
    run(cli)
    before = ids(cli)
    run(cli, "--full")
    assert last_pass(cli) == {"pass": "full"}
    assert ids(cli) == before


@pytest.mark.parametrize("damage", long_after(1, ["cut short", "missing", "other map", "zeros"]))
def test_a_state_that_cannot_be_used_means_a_full_pass(cli: Cli, damage: str) -> None:
    at = Layout(cli.root)
    before = ids(cli)
    if damage == "missing":
        at.full_pass.unlink()
    elif damage == "cut short":
        at.full_pass.write_bytes(at.full_pass.read_bytes()[:2000])
    elif damage == "other map":
        at.global_id_map.write_text(at.global_id_map.read_text() + "\n")
    else:
        at.additions.write_bytes(bytes(at.additions.stat().st_size))
    add(cli, "d", range(10))
    run(cli)
    after = ids(cli)
    assert last_pass(cli) == {"pass": "full"}
    assert {track: after[track] for track in before} == before
    add(cli, "e", range(5), seed=11)
    run(cli)
    assert last_pass(cli)["pass"] == "additions", "the state was made again"


@pytest.mark.long
def test_vectors_of_a_video_that_is_gone_are_erased(cli: Cli) -> None:
    at = Layout(cli.root)
    for path in at.files("track_embeddings", "b"):
        path.unlink()
    run(cli)
    assert last_pass(cli)["pass"] == "additions"
    with np.load(at.full_pass, allow_pickle=False) as stored:
        offset = stored.zip.getinfo("person/vectors.npy").header_offset
    rows = pd.read_csv(at.global_id_map)
    assert set(rows["video"]) == {"a", "c"}
    with at.full_pass.open("rb") as stream:
        stream.seek(offset)
        content = stream.read()
    start = content.index(b"\x93NUMPY")
    width = _DIM * 2
    first = start + 128
    gone = content[first + _PEOPLE * width : first + 2 * _PEOPLE * width]
    assert gone == bytes(len(gone))
    assert content[first : first + width] != bytes(width)


@pytest.mark.long
def test_much_that_came_is_a_reason_to_advise_a_full_pass(cli: Cli) -> None:
    add(cli, "d", range(_PEOPLE))
    called = cli.run()
    assert called.code == 0
    assert "full_pass_advised" in called.said and "--full" in called.said
    run(cli, "--full")
    assert "full_pass_advised" not in cli.run().said


@pytest.mark.long
def test_a_correction_reaches_the_tracks_it_is_about(cli: Cli) -> None:
    before = ids(cli)
    corrections = cli.config.with_name("corrections.csv")
    corrections.write_text("action,video_a,track_a,video_b,track_b\ndifferent,a,1,b,1\n")
    run(cli)
    after = ids(cli)
    assert last_pass(cli)["pass"] == "additions"
    assert after["a", 1] != after["b", 1]
    assert {t: i for t, i in after.items() if t[1] != 1} == {t: i for t, i in before.items() if t[1] != 1}
    corrections.write_text("action,video_a,track_a\nnot_a_target,a,2\n")
    run(cli)
    assert ("a", 2) not in ids(cli)
    assert ids(cli)["a", 1] == ids(cli)["b", 1], "the line is gone, and so is what it said"
