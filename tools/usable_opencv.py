"""Makes sure that `import cv2` works: opencv-python needs libGL, which a bare server lacks.

Called by `make` at the end of the installation. Where the import fails, the same version of
opencv-python-headless, the same module without windows, takes its place.
"""

import importlib.metadata
import subprocess
import sys


def main() -> None:
    """Try the import in a process of its own; replace the package where it fails; say what was done."""
    probe = subprocess.run([sys.executable, "-c", "import cv2"], capture_output=True, text=True)
    if probe.returncode == 0:
        return
    version = importlib.metadata.version("opencv-python")
    reason = probe.stderr.strip().splitlines()[-1]
    sys.stdout.write(f"import cv2 fails ({reason}): taking opencv-python-headless {version} instead.\n")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "uninstall", "--quiet", "--yes", "opencv-python"], check=True)
    headless = f"opencv-python-headless=={version}"
    subprocess.run([*pip, "install", "--quiet", "--force-reinstall", "--no-deps", headless], check=True)
    subprocess.run([sys.executable, "-c", "import cv2"], check=True)


if __name__ == "__main__":
    main()
