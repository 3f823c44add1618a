"""Forgetting somebody: no byte of them is found, they do not come back, and nobody else changes."""

import shutil

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from reid_assets.automation.instance import open_instance
from reid_assets.commands.execution import evaluate_checks
from reid_assets.layout import Layout
from reid_assets_tests.support.cli_calls import Called, Cli, call
from reid_assets_tests.support.finished_root import changed, files_under
from reid_assets_tests.support.long_tests import long_after
from reid_assets_tests.support.sensor_driver import Ticking, made
from reid_assets_tests.support.tiny_root import BLUE, make_video, write_config
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


@pytest.mark.long
def test_the_forgotten_do_not_come_back_whatever_is_made_again(finished: Cli) -> None:
    at = Layout(finished.root)
    gone = tracks_of(finished, ids(finished)[RED])
    highest = max(ids(finished).values())
    assert finished("forget", RED).code == 0
    others = set(ids(finished))
    write_config(finished.config.parent, embed={"inset": 3})
    for arguments in (("--force",), ("--fresh-ids",), ("--video", "a", "--force"), ("--yes",)):
        assert finished.run(*arguments).code == 0
        assert set(ids(finished)) == others, arguments
    assert finished("forget", RED).lines("is already forgotten")
    with np.load(at.track_embeds("a")) as stored:
        foreign = {name: stored[name] for name in stored.files}
    # Somebody's script delivers them again, with everybody in them.
    meta = pd.read_csv(at.track_meta("a"))
    extra = meta.iloc[:1].assign(track_id=0)
    pd.concat([extra, meta]).to_csv(at.track_meta("a"), index=False)
    owner = np.concatenate([[0], foreign["sample_track"] + 1]).astype(np.int32)
    emb, samples = (np.concatenate([foreign[n][:1], foreign[n]]) for n in ("emb", "samples"))
    np.savez(at.track_embeds("a"), emb=emb, samples=samples, sample_track=owner, backbone=foreign["backbone"])
    called = finished.run()
    assert called.code == 0, called.said
    assert set(ids(finished)) == others and 0 not in set(pd.read_csv(at.track_meta("a"))["track_id"])
    tombstones = pd.read_csv(at.forgotten)
    assert sorted(
        f"{v}:{t}" for v, t in zip(tombstones["video"], tombstones["track_id"], strict=True)
    ) == sorted(gone)
    assert highest >= max(ids(finished).values())


@pytest.mark.long
def test_an_id_is_never_given_again_and_the_history_tells_of_nobody(finished: Cli) -> None:
    at = Layout(finished.root)
    number = max(ids(finished).values())
    (track, *_) = tracks_of(finished, number)
    assert correct(finished, "name", track, "Carla").code == 0 and finished.run().code == 0
    assert finished("forget", str(number), "--reason", "Carla wants it").code == 1, "no name in the reason"
    assert number in ids(finished).values()
    assert finished("forget", track).code == 0
    make_video(finished.root, "new", {3: (BLUE, (0, 9))}, frames=10, seed=77)
    assert finished.run().code == 0
    assert number not in ids(finished).values() and "new:3" in ids(finished)
    events = pd.read_csv(at.path("identity_events"))
    told = events[events["event"] == "erased"]
    assert told["global_id"].tolist() == [number] and told["tracks"].tolist() == ["[]"]
    assert "Carla" not in at.path("identity_events").read_text()
    aliases = pd.read_csv(at.path("identity_aliases")).set_index("former_id")["global_id"]
    assert pd.isna(aliases[number])


@pytest.mark.parametrize(
    "stopped_at",
    long_after(
        1,
        [
            "reid_assets.state.erasing.remove_about",
            "reid_assets.commands.run_stages.follow_tombstones",
            "reid_assets.state.erasing._erase_crops",
            "reid_assets.state.erasing._erase_from_map",
            "reid_assets.commands.run_stages.RunStages._results",
            "reid_assets.automation.erasure._purge_history",
        ],
    ),
)
def test_what_a_kill_interrupts_the_next_run_completes(
    finished: Cli, monkeypatch: pytest.MonkeyPatch, stopped_at: str
) -> None:
    at = Layout(finished.root)
    assert correct(finished, "name", RED, "Anna Quist").code == 0 and finished.run().code == 0
    before = ids(finished)
    gone = tracks_of(finished, before[RED])
    sought = secrets(at, gone) | {"name": b"Anna Quist"}

    def killed(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(stopped_at, killed)
        assert finished("forget", RED).code == 130
    assert finished("status").lines("not yet everywhere")
    called = finished.run()
    assert called.code == 0, called.said
    assert not left_of(finished.root.parent, sought)
    assert ids(finished) == {track: own for track, own in before.items() if track not in gone}
    assert finished("forget", "--check").lines("nothing of the forgotten is left")
    assert not finished("status").lines("not yet everywhere")


@pytest.mark.long
def test_the_check_finds_what_is_put_back_by_hand(finished: Cli) -> None:
    at = Layout(finished.root)
    assert finished("forget", "--check").lines("Nobody was forgotten")
    kept = finished.root.parent / "kept"
    shutil.copytree(at.galleries, kept / "galleries")
    shutil.copytree(at.embeddings, kept / "embeddings")
    database = at.database.read_bytes()
    number = ids(finished)[RED]
    assert finished("forget", RED).code == 0
    back = at.gallery(number)
    shutil.copytree(kept / "galleries" / back.name, back)
    called = finished("forget", "--check")
    assert called.code == 1 and called.lines(back.name), called.said
    shutil.rmtree(back)
    for place in ("odd.bin", "odd.npz", "errors/deep.duckdb"):
        odd = at.reid / place
        odd.parent.mkdir(exist_ok=True)
        content = (kept / "embeddings" / at.track_embeds("a").name).read_bytes()
        odd.write_bytes(b"x" * 5 + content)
        called = finished("forget", "--check")
        assert called.code == 1 and called.lines(f"{place}: holds a piece"), called.said
        odd.unlink()
    with np.load(kept / "embeddings" / at.track_embeds("a").name) as stored:
        np.savez_compressed(at.reid / "packed.npz", **{name: stored[name] for name in stored.files})
    assert finished("forget", "--check").lines("packed.npz: holds a forgotten vector")
    (at.reid / "packed.npz").unlink()
    (at.reid / "rows.csv").write_text("n,video,track_id\n1,a,0\n")
    assert finished("forget", "--check").lines("rows.csv: has 1 rows of forgotten tracks")
    (at.reid / "rows.csv").unlink()
    now = at.database.read_bytes()
    at.database.write_bytes(database)
    assert finished("forget", "--check").lines("rows in table global_id_map")
    at.database.write_bytes(now)
    assert finished("forget", "--check").code == 0


@pytest.mark.long
def test_the_check_is_one_of_dagsters(finished: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    at = Layout(finished.root)
    assert finished("forget", RED).code == 0
    monkeypatch.setenv("REID_ROOT", str(finished.root))
    monkeypatch.setenv("REID_CONFIG", str(finished.config))
    key = dg.AssetCheckKey(dg.AssetKey("forgotten"), "nothing_left")
    with open_instance(at) as instance:
        assert [one.passed for one in evaluate_checks(instance, [key]).checks] == [True]
        (at.crops("a") / "tid0_f3.jpg").write_bytes(b"anything")
        (said,) = evaluate_checks(instance, [key]).checks
    assert not said.passed and "tid0_f3.jpg" in said.reason


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("57", "no identity 57 in the map"),
        ("Ann", "Did you mean Anna"),
        ("a:7", "a has no track 7"),
        ("aa:0", "Did you mean a"),
    ],
)
def test_nobody_is_forgotten_where_nobody_is_meant(finished: Cli, said: str, told: str) -> None:
    assert correct(finished, "name", RED, "Anna").code == 0
    before = files_under(finished.root)
    called = finished("forget", said)
    assert called.code == 1 and told in called.said and "VIDEO:TRACK" in called.said, called.said
    dry = finished("forget", RED, "--dry-run")
    assert dry.code == 0 and dry.lines("Would remove: 4 tracks in 4 videos")
    assert not changed(before, finished.root)
    assert finished("forget").code == 2


@pytest.mark.long
def test_a_track_without_an_identity_can_be_forgotten(finished: Cli) -> None:
    assert correct(finished, "not-a-target", "c:0").code == 0 and finished.run().code == 0
    assert finished("forget", "c:0").code == 0
    assert correct(finished, "undo").code == 1, "the line about it is gone"
    assert finished.run("--force").code == 0
    assert "c:0" not in ids(finished) and finished("forget", "c:0").lines("is already forgotten")


@pytest.mark.long
def test_a_tracks_csv_of_a_new_tracker_run_is_told(finished: Cli) -> None:
    assert finished("forget", RED).code == 0
    tracks = Layout(finished.root).tracks("a")
    tracks.write_text(tracks.read_text().replace("person", "man"))
    assert finished.run().lines("tracks.csv of a is another one")


@pytest.mark.long
def test_tombstones_that_cannot_be_read_let_nothing_run(finished: Cli) -> None:
    assert finished("forget", RED).code == 0
    Layout(finished.root).forgotten.write_text("video,track")
    called = finished.run()
    assert called.code == 2 and called.lines("must not come back"), called.said


@pytest.mark.long
def test_while_the_ui_runs_its_sensors_complete_what_a_kill_interrupts(
    ticking: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli, at = ticking.cli, ticking.at
    before = ids(cli)
    gone = tracks_of(cli, before[RED])
    sought = secrets(at, gone)

    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("reid_assets.commands.run_stages.follow_tombstones", killed)
        assert cli("forget", RED).code == 130
    assert left_of(cli.root, sought)
    results = ticking.until_rest()
    assert results and all(result.success for result in results)
    embedded = {asset for asset, _ in made(results)} & {"track_embeddings", "global_id_map"}
    assert embedded == set(), "vectors and map are rewritten, not made again"
    assert not left_of(cli.root, sought)
    assert ids(cli) == {track: own for track, own in before.items() if track not in gone}
    assert cli("forget", "--check").lines("nothing of the forgotten is left")
    assert not cli("status").lines("not yet everywhere")
