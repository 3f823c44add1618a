"""A mistake in the configuration is one sentence that names the key, the file and the way out."""

from pathlib import Path

import pytest
import yaml

from reid_assets.config import find_config, find_root, load_settings
from reid_assets.reid.errors import ConfigError
from reid_assets.reid.settings import Settings

ORIGINAL = """
backbone: {name: "auto", device: null, dtype: "float32", image_size: 224}
embed: {batch_size: 64, frame_stride: 5, per_track_max_samples: 12, min_box_size: 16, class_filter: null}
associate:
  {min_sim: 0.45, same_class_only: true, max_same_video_time_overlap: 0, allow_merge_same_video: false}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "reid.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("text", ["", "# nothing\n", "embed:\n", ORIGINAL])
def test_what_is_not_said_has_the_original_defaults(tmp_path: Path, text: str) -> None:
    assert load_settings(written(tmp_path, text)) == Settings()


def test_the_original_defaults_are_what_they_always_were() -> None:
    settings = Settings()
    assert settings.associate.method == "threshold"
    assert (settings.associate.min_sim, settings.embed.frame_stride) == (0.45, 5)
    assert (settings.galleries.per_id, settings.galleries.thumb) == (8, 224)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("assciate: {}", "Did you mean 'associate'"),
        ("embed: {batchsize: 3}", "unknown key 'embed.batchsize'. Did you mean 'batch_size'"),
        ("embed: {zzz: 3}", "Valid here: "),
        ("embed: {batch_size: '3'}", "embed.batch_size is '3'"),
        ("embed: {batch_size: 0}", "embed.batch_size is 0"),
        ("associate: {min_sim: 4}", "associate.min_sim is 4"),
        ("backbone: {dtype: int4}", "backbone.dtype is 'int4'"),
        ("- a", "expected sections"),
        ("a: [", "not a readable YAML file"),
    ],
)
def test_every_mistake_names_the_file_and_the_key(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    assert said in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_said_with_the_option_that_names_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--config or REID_CONFIG"):
        load_settings(tmp_path / "none.yaml")


def test_device_0_in_yaml_is_the_text_0(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "backbone: {device: 0}")).backbone.device == "0"


def test_a_backbone_file_is_looked_for_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(b"x")
    path = written(tmp_path, "backbone: {name: 'onnx:net.onnx'}")
    assert load_settings(path).backbone.name == f"onnx:{(tmp_path / 'net.onnx').resolve()}"


def test_an_option_beats_the_environment_and_the_environment_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REID_ROOT", str(tmp_path / "env"))
    assert find_root() == tmp_path / "env"
    assert find_root(tmp_path / "named") == tmp_path / "named"
    monkeypatch.delenv("REID_ROOT")
    assert find_root().parts[-2:] == ("outputs", "cv")
    assert find_config().parts[-3:] == ("configs", "cv", "reid.yaml")


@pytest.mark.parametrize("name", ["reid", "demo"])
def test_the_shipped_configurations_are_valid(name: str) -> None:
    load_settings(Path(__file__).parents[1] / "configs" / "cv" / f"{name}.yaml")


def test_the_shipped_file_shows_every_key_there_is() -> None:
    content = yaml.safe_load((Path(__file__).parents[1] / "configs" / "cv" / "reid.yaml").read_text("utf-8"))
    shown = {section: set(keys) for section, keys in content.items()}
    assert shown == {name: set(part) for name, part in Settings().model_dump().items()}
