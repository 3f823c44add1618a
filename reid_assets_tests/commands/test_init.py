"""`reid-assets init` and the shipped defaults: the package works in any folder, with or without files."""

from pathlib import Path

import pytest

from reid_assets_tests.support.installed_package import TOP, InstalledPackage, install

WRITTEN = (
    "configs/cv/reid.yaml",
    "configs/cv/persons.yaml",
    "configs/cv/cameras.example.yaml",
    "configs/dagster/dagster.yaml",
    ".env",
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> InstalledPackage:
    return install(tmp_path_factory.mktemp("site"))


def said(installed: InstalledPackage, folder: Path, *arguments: str) -> str:
    ended = installed.python(folder, *arguments)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_init_writes_the_shipped_files_and_says_the_next_step(
    installed: InstalledPackage, tmp_path: Path
) -> None:
    output = said(installed, tmp_path, "-m", "reid_assets", "init")
    for name in WRITTEN:
        assert (tmp_path / name).read_bytes() == (TOP / name).read_bytes()
        assert f"wrote  {tmp_path / name}" in output
    assert "reid-assets run --dry-run" in output.splitlines()[-1]
    assert (tmp_path / "outputs" / "cv" / ".dagster_home" / "dagster.yaml").is_file()


def test_init_into_a_named_folder_says_where_to_go_on(installed: InstalledPackage, tmp_path: Path) -> None:
    output = said(installed, tmp_path, "-m", "reid_assets", "init", "site one")
    assert (tmp_path / "site one" / "workspace.yaml").is_file()
    assert f"(in {tmp_path / 'site one'})" in output


def test_init_never_overwrites_unless_forced_and_env_not_even_then(
    installed: InstalledPackage, tmp_path: Path
) -> None:
    own = {"configs/cv/reid.yaml": "associate: {caution: 0.9}\n", ".env": "TOKEN=x\n"}
    for name, text in own.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    output = said(installed, tmp_path, "-m", "reid_assets", "init")
    assert {name: (tmp_path / name).read_text() for name in own} == own
    assert output.count("kept   ") == 2
    said(installed, tmp_path, "-m", "reid_assets", "init", "--force")
    assert (tmp_path / ".env").read_text() == own[".env"]
    assert (tmp_path / "configs/cv/reid.yaml").read_bytes() == (TOP / "configs/cv/reid.yaml").read_bytes()


def test_without_any_file_the_shipped_configuration_holds(
    installed: InstalledPackage, tmp_path: Path
) -> None:
    program = "from reid_assets.locations import *; print(default_config(), find_root(), sep='\\n')"
    config, root = said(installed, tmp_path, "-c", program).splitlines()
    assert Path(config) == installed.project_files / "configs" / "cv" / "reid.yaml"
    assert Path(root) == tmp_path / "outputs" / "cv"


def test_a_file_of_the_folder_beats_the_shipped_one(installed: InstalledPackage, tmp_path: Path) -> None:
    own = tmp_path / "configs" / "cv" / "reid.yaml"
    own.parent.mkdir(parents=True)
    own.touch()
    program = "from reid_assets.locations import *; print(default_config())"
    assert said(installed, tmp_path, "-c", program).strip() == str(own)


def test_cameras_of_the_folder_count_beside_the_shipped_configuration(
    installed: InstalledPackage, tmp_path: Path
) -> None:
    program = "from reid_assets.locations import *; print(find_cameras(default_config()))"
    assert said(installed, tmp_path, "-c", program).strip() == "None"
    cameras = tmp_path / "configs" / "cv" / "cameras.yaml"
    cameras.parent.mkdir(parents=True)
    cameras.touch()
    assert said(installed, tmp_path, "-c", program).strip() == str(cameras)


def test_dagster_finds_the_definitions_in_a_folder_that_init_made(
    installed: InstalledPackage, tmp_path: Path
) -> None:
    said(installed, tmp_path, "-m", "reid_assets", "init")
    ended = installed.python(tmp_path, "-m", "dagster", "definitions", "validate")
    assert ended.returncode == 0, ended.stderr
    assert "Validation successful for code location reid_assets" in ended.stdout + ended.stderr


def test_the_demo_names_a_configuration_that_ships(installed: InstalledPackage, tmp_path: Path) -> None:
    program = (
        "from reid_assets.config import *; from reid_assets.locations import *; "
        "load_settings(shipped_file('configs/cv/demo.yaml'))"
    )
    said(installed, tmp_path, "-c", program)
