"""The one build step that pyproject.toml cannot say: the wheel carries copies of the project files.

`configs` and `.env` stay at the top of the repository, where users edit them; the copies are made while
the wheel is built, so that there is nothing to keep in step. An editable install reads the originals.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

TARGET = "reid_assets/project_files"


class BuildWithProjectFiles(build_py):
    """`build_py` that adds the project files to the package."""

    def run(self) -> None:
        """Build the modules, then copy the files beside them."""
        super().run()
        if self.editable_mode:
            return
        for source in (Path(".env"), *sorted(Path("configs").glob("*/*.yaml"))):
            target = Path(self.build_lib, TARGET, source)
            self.mkpath(str(target.parent))
            self.copy_file(str(source), str(target))


setup(cmdclass={"build_py": BuildWithProjectFiles})
