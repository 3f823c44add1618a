"""Real videos with real, messy tracker output, on every kind of backbone.

The videos and the network are not part of the repository: REID_SHARED, or `../shared` beside it, leads to
them; without them these tests skip.
"""

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from reid_assets.cli import cli
from reid_assets.layout import Layout
from reid_assets_tests.support.tiny_root import write_config

SHARED = Path(os.environ.get("REID_SHARED", Path(__file__).parents[2] / "shared"))
VIDEOS, OSNET = SHARED / "data" / "sample_cv", SHARED / "models" / "osnet_x0_25_msmt17.onnx"
pytestmark = pytest.mark.skipif(not VIDEOS.is_dir(), reason=f"no sample videos under {VIDEOS}")

SHIPPED = Path(__file__).parents[1] / "configs" / "cv" / "reid.yaml"
WHAT_DIFFERS = ("track_embeddings", "global_id_map")  # what follows is the same whatever made the vectors


def run(root: Path, config: Path, *only: str, videos: int = 3) -> Layout:
    shutil.copytree(VIDEOS, root)
    for path in root.rglob("*"):
        path.chmod(0o755)
    wanted = [word for asset in only for word in ("--only", asset)]
    called = cli.main(["run", "--root", str(root), "--config", str(config), *wanted], standalone_mode=False)
    assert called == 0
    layout = Layout(root)
    id_map = pd.read_csv(layout.global_id_map)
    assert id_map["video"].nunique() == videos
    assert not id_map.duplicated(["video", "track_id"]).any()
    return layout


def resnet50(folder: Path) -> str:
    import torch

    from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable

    make_torchvision_importable()
    from torchvision.models import resnet50 as architecture

    torch.manual_seed(0)
    torch.save(architecture(weights=None).state_dict(), folder / "resnet50.pth")
    return f"resnet50@{folder / 'resnet50.pth'}"


def openclip(folder: Path) -> str:
    import torch

    from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable

    make_torchvision_importable()
    import open_clip

    torch.manual_seed(0)
    model = open_clip.create_model("ViT-S-32-alt", pretrained=None)
    torch.save(model.state_dict(), folder / "clip.pt")
    return f"open-clip:ViT-S-32-alt@{folder / 'clip.pt'}"


def test_the_shipped_configuration_runs(tmp_path: Path) -> None:
    layout = run(tmp_path / "cv", SHIPPED)
    choice = json.loads(layout.backbone_choice.read_text())
    assert choice["name"] and isinstance(choice["why_not"], dict)


@pytest.mark.long
@pytest.mark.parametrize(
    "backbone", [lambda folder: "builtin", resnet50, openclip], ids=["builtin", "resnet50", "clip"]
)
def test_a_named_backbone_runs(tmp_path: Path, backbone) -> None:  # type: ignore[no-untyped-def]
    run(tmp_path / "cv", write_config(tmp_path, backbone={"name": backbone(tmp_path)}), *WHAT_DIFFERS)


@pytest.mark.skipif(not OSNET.is_file(), reason=f"no network at {OSNET}")
def test_an_exported_network_runs(tmp_path: Path) -> None:
    run(tmp_path / "cv", write_config(tmp_path, backbone={"name": f"onnx:{OSNET}"}), *WHAT_DIFFERS)


@pytest.mark.parametrize(
    ("backbone", "wrong"), [(f"onnx:{OSNET}", 0), ("builtin", 1)], ids=["osnet", "builtin"]
)
def test_thirteen_different_people_are_kept_apart(tmp_path: Path, backbone: str, wrong: int) -> None:
    if backbone != "builtin" and not OSNET.is_file():
        pytest.skip(f"no network at {OSNET}")
    config = write_config(
        tmp_path,
        backbone={"name": backbone},
        embed={"class_filter": [0]},
        associate={"method": "auto", "allow_merge_same_video": True},
    )
    id_map = pd.read_csv(run(tmp_path / "cv", config, *WHAT_DIFFERS, videos=2).global_id_map)
    people = id_map.merge(pd.read_csv(VIDEOS / "truth.csv"), on=["video", "track_id"])
    assert len(people) == 13
    joined = people.groupby("global_id").size()
    assert int((joined * (joined - 1) // 2).sum()) <= wrong
    assert people["global_id"].nunique() >= 12
