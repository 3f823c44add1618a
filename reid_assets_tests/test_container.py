"""The container files name what is there: sources, commands, options, paths, an address that the UI answers.

Nothing here builds an image.
"""

import fnmatch
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from reid_assets.cli import cli
from reid_assets.guard.access import Access, own_names
from reid_assets.guard.health import answers
from reid_assets.locations import CONFIG, project_folder
from reid_assets_tests.support.documents import TOP
from reid_assets_tests.support.live_ui import end_tree, running_ui, start_ui, wait_for
from reid_assets_tests.support.tiny_root import make_root, write_config


def instructions() -> list[tuple[str, str]]:
    """Instructions of the Dockerfile with what follows them, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (TOP / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(line.split()[0], line.split(maxsplit=1)[1].strip()) for line in lines if line.strip()]


def told(name: str) -> list[str]:
    return [rest for word, rest in instructions() if word == name]


def copied() -> set[str]:
    """What the Dockerfile takes from the repository."""
    return {source for rest in told("COPY") for source in rest.split()[:-1]}


def service(file: str = "compose.yaml") -> dict:
    return yaml.safe_load((TOP / file).read_text())["services"]["ui"]


def options_of(words: list[str]) -> dict:
    """What a command line means to the command that it names."""
    command = cli.commands[words[0]]
    return command.make_context(words[0], words[1:]).params


def test_what_is_copied_is_there_and_nothing_else_reaches_the_build() -> None:
    lines = (TOP / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert let_in == copied(), "each of them is copied, and only those"
    assert all((TOP / name).exists() for name in let_in)
    left_out = [rule for rule in rules[1:] if not rule.startswith("!")]
    assert not any(fnmatch.fnmatch(name, rule) for name in let_in for rule in left_out)


def test_what_is_copied_makes_the_whole_wheel() -> None:
    named = re.findall(r"Path\(\"([^\"]+)\"\)", (TOP / "setup.py").read_text())
    project = (TOP / "pyproject.toml").read_text()
    readme, licence = re.findall(r'^readme = "(.+)"|^license-files = \["(.+)"\]', project, re.MULTILINE)
    needed = {*named, readme[0], licence[1], "pyproject.toml", "setup.py", "reid_assets"}
    assert needed <= copied()


def test_the_image_starts_the_guarded_ui_and_is_nobody_of_weight() -> None:
    entry, words = (json.loads(told(name)[-1]) for name in ("ENTRYPOINT", "CMD"))
    scripts = (TOP / "pyproject.toml").read_text()
    assert f'{entry[0]} = "reid_assets.cli:main"' in scripts
    found = options_of(words)
    assert (words[0], found["host"]) == ("ui", "0.0.0.0")
    assert found["password_file"] and not found["no_login"]
    assert f"EXPOSE {found['port']}" in (TOP / "Dockerfile").read_text()
    assert told("USER") == ["${UID}:${GID}"] and "UID=1000" in told("ARG")
    assert words == service()["command"], "compose says the same"


def test_the_versions_are_those_that_the_package_allows() -> None:
    version = next(rest.removeprefix("PYTHON=") for rest in told("ARG") if rest.startswith("PYTHON="))
    allowed = re.findall(r"Python :: (3\.\d+)", (TOP / "pyproject.toml").read_text())
    assert version in allowed


def test_compose_mounts_the_folders_in_which_the_product_looks() -> None:
    folder, one = Path(told("WORKDIR")[-1]), service()
    targets = {mount.rsplit(":", 1)[1] for mount in one["volumes"]}
    assert str(folder / Path(CONFIG).parent) in targets
    assert str(folder / "outputs" / "cv") in targets
    assert project_folder(folder) == folder, "the working folder is the project"
    assert set(json.loads(told("VOLUME")[0])) <= targets
    (secret,) = one["secrets"]
    assert options_of(one["command"])["password_file"] == f"/run/secrets/{secret}"
    assert secret in yaml.safe_load((TOP / "compose.yaml").read_text())["secrets"]


def test_compose_reaches_the_ui_from_this_machine_under_a_name_it_answers() -> None:
    one = service()
    (published,) = one["ports"]
    address, outside, inside = published.rsplit(":", 2)
    port = options_of(one["command"])["port"]
    assert (address, int(inside)) == ("127.0.0.1", port)
    assert f"{address}:{outside}" in own_names(Access(host="0.0.0.0", port=port).host, port)
    assert one["init"] is True and one["cap_drop"] == ["ALL"] and "privileged" not in one


def test_build_arguments_are_declared() -> None:
    declared = {rest.partition("=")[0] for rest in told("ARG")}
    for file in ("compose.yaml", "compose.cuda.yaml"):
        assert set(service(file)["build"]["args"]) <= declared
    assert service("compose.cuda.yaml")["build"]["args"]["TORCH"] == "cuda"


def health_check() -> list[str]:
    found = re.search(r"CMD (\[.*\])$", told("HEALTHCHECK")[0])
    assert found
    return json.loads(found[1])


def test_the_health_check_asks_this_program_at_the_port_of_the_ui() -> None:
    words = health_check()
    assert words[:2] == ["python", "-m"] and importlib.util.find_spec(words[2])
    url = urlsplit(words[3])
    assert (url.hostname, url.port) == ("127.0.0.1", options_of(json.loads(told("CMD")[-1]))["port"])


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/server_info", "file:///etc/passwd", "nonsense"])
def test_where_nobody_listens_the_health_check_fails(url: str) -> None:
    done = subprocess.run([sys.executable, "-m", "reid_assets.guard.health", url], capture_output=True)
    assert done.returncode == 1 and not done.stderr


@pytest.mark.long
def test_a_running_ui_is_healthy_with_and_without_a_password(tmp_path: Path) -> None:
    path = urlsplit(health_check()[3]).path
    root, config = make_root(tmp_path / "cv"), write_config(tmp_path)
    with running_ui(root, config) as ui:
        assert answers(f"{ui.url}{path}")
    password = tmp_path / "ui_password"
    password.write_text("long enough\n")
    password.chmod(0o600)
    ui = start_ui(root, config, "--password-file", str(password))
    try:
        wait_for(lambda: answers(f"{ui.url}{path}"), 120)
    finally:
        end_tree(ui.process.pid)
        ui.process.wait()
    assert not answers(f"{ui.url}{path}")
