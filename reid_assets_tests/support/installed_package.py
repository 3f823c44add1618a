"""The package as a wheel installs it: outside its repository, with the project files beside its modules.

A copy serves where a wheel and an environment for it would take minutes; `make wheel-test` makes those.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).parents[2]


@dataclass(frozen=True)
class InstalledPackage:
    """A folder that stands for site-packages."""

    site: Path

    @property
    def project_files(self) -> Path:
        """Where the shipped configurations lie."""
        return self.site / "reid_assets" / "project_files"

    def python(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python in a folder with this package instead of the checkout's."""
        environment = {**os.environ, "PYTHONPATH": str(self.site)}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def install(site: Path) -> InstalledPackage:
    """Copy what the wheel carries."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(TOP / "reid_assets", site / "reid_assets", ignore=ignored)
    package = InstalledPackage(site)
    shutil.copytree(TOP / "configs", package.project_files / "configs")
    shutil.copy(TOP / ".env", package.project_files)
    return package
