"""A mistake in the configuration is one sentence that names the key, the file and the way out."""

from pathlib import Path

import pytest
import yaml

from reid_assets.config import load_cameras, load_settings
from reid_assets.locations import default_config, find_cameras, find_root
from reid_assets.reid.core.cameras import CameraSettings
from reid_assets.reid.core.errors import ConfigError
from reid_assets.reid.core.settings import Settings

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
        ("assciate:", "Did you mean 'associate'"),
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
    assert default_config().parts[-3:] == ("configs", "cv", "reid.yaml")


def test_the_project_is_the_current_folder_and_inside_the_checkout_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = Path(__file__).parents[1]
    for folder in (checkout, checkout / "docs" / "guides"):
        monkeypatch.chdir(folder)
        assert find_root() == checkout / "outputs" / "cv", folder
    monkeypatch.chdir(tmp_path)
    assert find_root() == tmp_path / "outputs" / "cv", "as of a package that is installed"
    assert default_config() == checkout / "configs" / "cv" / "reid.yaml", (
        "the shipped one, where there is no own"
    )
    own = tmp_path / "configs" / "cv" / "reid.yaml"
    own.parent.mkdir(parents=True)
    own.touch()
    assert default_config() == own
    monkeypatch.chdir(checkout)
    monkeypatch.setenv("REID_PROJECT", str(tmp_path))
    assert find_root() == tmp_path / "outputs" / "cv", "what a command starts works on the same project"


@pytest.mark.parametrize("name", ["reid", "demo"])
def test_the_shipped_configurations_are_valid(name: str) -> None:
    load_settings(Path(__file__).parents[1] / "configs" / "cv" / f"{name}.yaml")


def test_the_shipped_file_shows_every_key_there_is() -> None:
    content = yaml.safe_load((Path(__file__).parents[1] / "configs" / "cv" / "reid.yaml").read_text("utf-8"))
    shown = {section: set(keys) for section, keys in content.items()}
    assert shown == {name: set(part) for name, part in Settings().model_dump().items()}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("video: []", "unknown key 'video'. Did you mean 'videos'"),
        ("videos: [{match: a, kamera: b}]", "unknown key 'videos.0.kamera'. Did you mean 'camera'"),
        ("videos: [{camera: b}]", "videos.0.match: Field required"),
        ("videos: [{match: a, start: soon}]", "videos.0.start is 'soon': not a time such as"),
        ("videos: [{match: a, start: 2026-03-14}]", "videos.0.start is 2026-03-14: not a time with"),
        ("videos: [{match: a, start_pattern: '%H%M'}]", "needs a full date and an hour"),
        ("videos: [{match: 'a*', camera: '{2}'}]", "{2} in `camera` refers to no wildcard: `match` has 1"),
        ("videos: [{match: a, start: 2026-03-14T09:00, start_pattern: '%Y%m%d%H'}]", "exclude each other"),
        ("time_zone: Berlin", "time_zone is 'Berlin': not a time zone such as Europe/Berlin"),
        ("overlaps: [a, b]", "overlaps.0 is 'a'"),
        ("transitions: [{form: a, to: b}]", "unknown key 'transitions.0.form'. Did you mean 'from'"),
        ("transitions: [{from: a, to: a}]", "the same camera"),
        ("transitions: [{from: a, to: b, min_s: 9, max_s: 3}]", "`max_s` 3 is less than `min_s` 9"),
        ("{overlaps: [[a, b]], transitions: [{from: a, to: b, min_s: 9}]}", "takes at least 9 s"),
        ("[]", "expected sections such as `time_zone:`"),
    ],
)
def test_every_mistake_in_cameras_yaml_names_the_file_and_the_key(
    tmp_path: Path, text: str, said: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_cameras(path)
    message = str(caught.value)
    assert said in message, message
    assert str(path) in message and "\n" not in message and "Value error" not in message


def test_cameras_yaml_lies_beside_the_configuration_and_may_be_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "reid.yaml"
    assert find_cameras(config) is None
    assert load_cameras(None) == CameraSettings()
    (tmp_path / "cameras.yaml").touch()
    assert load_cameras(find_cameras(config)) == CameraSettings()
    monkeypatch.setenv("REID_CAMERAS", str(tmp_path / "none.yaml"))
    with pytest.raises(ConfigError, match="REID_CAMERAS"):
        load_cameras(find_cameras(config))


def test_the_shipped_example_of_cameras_is_valid_and_shows_every_key() -> None:
    path = Path(__file__).parents[1] / "configs" / "cv" / "cameras.example.yaml"
    cameras = load_cameras(path)
    content = yaml.safe_load(path.read_text("utf-8"))
    assert set(content) == set(CameraSettings.model_fields)
    shown = {key for entry in content["videos"] for key in entry}
    assert shown == set(type(cameras.videos[0]).model_fields)
    ways = {field.alias or name for name, field in type(cameras.transitions[0]).model_fields.items()}
    assert set(content["transitions"][0]) == ways
