"""A root with people and cars: a network for each, chosen by `auto` or named, and nothing remade in vain."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reid_assets.layout import Layout
from reid_assets.reid.association.track_set import assemble
from reid_assets.reid.backbones.backbone_spec import PERSON_BACKBONE
from reid_assets.reid.backbones.class_networks import entries_wanted
from reid_assets.reid.core.errors import MixedBackbonesError
from reid_assets.reid.core.network_labels import entry_for, label_of_class, label_of_classes
from reid_assets.reid.core.settings import AssociateSettings
from reid_assets.storage.embeddings_pair import read_label, read_pair
from reid_assets_tests.reid.backbones.test_weights_download import ALIAS_FILE
from reid_assets_tests.support.cli_calls import Cli
from reid_assets_tests.support.hub import hub
from reid_assets_tests.support.small_networks import save_reid_checkpoint, write_onnx
from reid_assets_tests.support.tiny_root import BLUE, RED, make_root, make_video, write_config

SEPARATE, TOGETHER = AssociateSettings(), AssociateSettings(same_class_only=False)


def add_cars(root: Path, name: str) -> None:
    """A video of one person and one car."""
    folder = make_video(root, name, {0: (RED, (0, 23)), 7: (BLUE, (1, 22))}, seed=7)
    text = (folder / "tracks.csv").read_text()
    cars = [line.replace(",7,0,person,", ",7,2,car,") for line in text.splitlines()]
    (folder / "tracks.csv").write_text("\n".join(cars) + "\n")


@pytest.fixture
def two(tmp_path: Path) -> Cli:
    """Two videos of people, one of a person and a car; persons by a small network, others by the built-in."""
    root = make_root(tmp_path / "root")
    add_cars(root, "c")
    network = write_onnx(tmp_path / "person.onnx", hw=(32, 16))
    by_class = {"person": f"onnx:{network}", "*": "builtin"}
    config = write_config(tmp_path, backbone={"name": "builtin", "by_class": by_class})
    return Cli(root, config)


def labels(cli: Cli) -> dict[str, str | None]:
    at = Layout(cli.root)
    return {video: read_label(at.track_embeds(video)) for video in at.embedded_names()}


@pytest.mark.parametrize(
    ("classes", "named", "associate", "wanted"),
    [
        ({"person"}, (), SEPARATE, {"person": True}),
        ({"Pedestrian", "car"}, (), SEPARATE, {"person": True, "*": False}),
        ({"car", "dog"}, (), SEPARATE, {"*": False}),
        ({"person", "car"}, (), TOGETHER, {"*": True}),
        ({"person", "car"}, ("person",), SEPARATE, {"*": False}),
        ({"person", "car"}, ("*",), SEPARATE, {}),
        (set(), (), SEPARATE, {"person": True}),
        ({"person", "rider"}, (), AssociateSettings(class_groups=[["person", "rider"]]), {"*": True}),
        ({"car", "truck"}, (), AssociateSettings(class_groups=[["car", "truck"]]), {"*": False}),
    ],
)
def test_auto_wants_a_network_for_persons_and_one_for_the_rest(classes, named, associate, wanted) -> None:  # type: ignore[no-untyped-def]
    assert entries_wanted(classes, named, associate) == wanted


def test_a_label_names_the_networks_that_made_the_vectors_and_no_others() -> None:
    networks = {"person": "P", "*": "O"}
    assert label_of_classes(networks, ["person", "pedestrian"]) == "P"
    assert label_of_classes(networks, ["car"]) == "O"
    both = label_of_classes(networks, ["person", "car"])
    assert (label_of_class(both, "Person"), label_of_class(both, "car")) == ("P", "O")
    assert label_of_class("P", "car") == "P" and label_of_class(None, "car") is None
    assert entry_for("car", {"car", "*"}) == "car"


@pytest.mark.long
def test_each_class_has_vectors_of_its_own_network(two: Cli) -> None:
    assert two.run().code == 0
    made = labels(two)
    assert made["a"] == made["b"] and str(made["a"]).startswith("onnx@")
    assert set(json.loads(str(made["c"]))) == {"person", "*"}
    at = Layout(two.root)
    people, mixed = read_pair(at, "a"), read_pair(at, "c")
    assert people.emb.shape[1] == 3 < mixed.emb.shape[1]
    person = mixed.emb[(mixed.meta["class_name"] == "person").to_numpy()]
    assert not person[:, 3:].any() and np.allclose(np.linalg.norm(mixed.emb, axis=1), 1)
    assert two.run().out == "Everything is up to date: nothing to do.\n"


def test_a_persons_vectors_are_those_it_has_without_the_cars(two: Cli) -> None:
    assert two.run().code == 0
    at = Layout(two.root)
    mixed = read_pair(at, "c")
    write_config(
        two.config.parent,
        backbone=json.loads(two.config.read_text())["backbone"],
        embed={"class_filter": [0]},
    )
    assert two.run("--video", "c").code == 0
    alone = read_pair(at, "c")
    assert str(alone.backbone).startswith("onnx@") and alone.emb.shape == (1, 3)
    assert np.array_equal(mixed.emb[(mixed.meta["class_name"] == "person").to_numpy()][:, :3], alone.emb)


@pytest.mark.long
def test_another_network_for_cars_remakes_the_videos_that_have_cars(two: Cli) -> None:
    assert two.run().code == 0
    before = {v: Layout(two.root).track_embeds(v).stat().st_mtime_ns for v in "abc"}
    backbone = json.loads(two.config.read_text())["backbone"]
    backbone["by_class"]["*"] = f"onnx:{write_onnx(two.config.parent / 'cars.onnx', hw=(16, 16))}"
    write_config(two.config.parent, backbone=backbone)
    called = two.run()
    assert called.code == 0, called.said
    after = {v: Layout(two.root).track_embeds(v).stat().st_mtime_ns for v in "abc"}
    assert [v for v in "abc" if before[v] != after[v]] == ["c"]


def test_classes_that_are_compared_need_one_network(two: Cli) -> None:
    backbone = json.loads(two.config.read_text())["backbone"]
    write_config(two.config.parent, backbone=backbone, associate={"same_class_only": False, "min_sim": 0.6})
    called = two.run()
    assert called.code == 2
    assert called.lines("classes that are compared have different networks")
    assert not labels(two), "nothing was embedded in vain"


@pytest.mark.long
def test_relative_files_lie_beside_the_configuration(two: Cli) -> None:
    write_config(two.config.parent, backbone={"name": "builtin", "by_class": {"person": "onnx:person.onnx"}})
    assert two.run().code == 0
    assert str(labels(two)["a"]).startswith("onnx@")


@pytest.mark.parametrize("name", ["auto", "osnet", "reid:"])
def test_a_network_of_a_class_that_cannot_be_is_told_by_its_key(two: Cli, name: str) -> None:
    write_config(two.config.parent, backbone={"name": "builtin", "by_class": {"car": name}})
    called = two.run()
    assert called.code == 2
    assert called.lines(f"backbone.by_class.car: {name!r} is not a backbone")


@pytest.mark.long
def test_only_videos_of_another_network_are_named_for_rebuilding(two: Cli) -> None:
    assert two.run().code == 0
    at = Layout(two.root)
    pairs = {video: read_pair(at, video) for video in "abc"}
    pairs["d"] = replace(pairs["a"], backbone="old", meta=pairs["a"].meta.assign(video="d"))
    assert assemble({video: pairs[video] for video in "abc"}).networks
    with pytest.raises(MixedBackbonesError, match=r"Rebuild the embeddings of: d;"):
        assemble(pairs)


@pytest.mark.long
def test_auto_takes_two_networks_and_new_classes_remake_nothing(tmp_path: Path) -> None:
    checkpoint = tmp_path / "osnet.pth"
    save_reid_checkpoint(checkpoint, "osnet_x1_0")
    root = make_root(tmp_path / "root")
    config = write_config(tmp_path, backbone={"name": "auto"})

    def run(address: str) -> str:
        caches = {name: str(tmp_path / name) for name in ("HF_HUB_CACHE", "REID_CACHE", "TORCH_HOME")}
        clean = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
        environment = clean | caches | {"HF_ENDPOINT": address, "HF_HUB_DISABLE_XET": "1"}
        command = [sys.executable, "-m", "reid_assets", "run", "--root", str(root), "--config", str(config)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    with hub({ALIAS_FILE: checkpoint.read_bytes()}) as address:
        assert f"Backbone: {PERSON_BACKBONE}|" in run(address)
        add_cars(root, "c")
        before = {v: Layout(root).track_embeds(v).stat().st_mtime_ns for v in "ab"}
        said = run(address)
    assert f"Backbone for person: {PERSON_BACKBONE}|" in said
    assert "Backbone for other classes: builtin" in said
    assert "as open-clip:" in said and "cannot be had here" in said
    assert before == {v: Layout(root).track_embeds(v).stat().st_mtime_ns for v in "ab"}
    choice = json.loads(Layout(root).backbone_choice.read_text())
    assert choice["by_class"] == {"person": PERSON_BACKBONE, "*": "builtin"}


@pytest.mark.long
def test_a_choice_of_an_older_version_stays_the_choice_for_all_classes(tmp_path: Path) -> None:
    root = make_root(tmp_path / "root")
    add_cars(root, "c")
    at = Layout(root)
    at.reid.mkdir(parents=True)
    at.backbone_choice.write_text(json.dumps({"name": "builtin", "why_not": {}}))
    cli = Cli(root, write_config(tmp_path, backbone={"name": "auto"}))
    assert cli.run().code == 0
    assert len(set(labels(cli).values())) == 1
    assert json.loads(at.backbone_choice.read_text()) == {"name": "builtin", "why_not": {}}
