#!/usr/bin/env bash
# Builds the wheel, installs it into a fresh environment and uses it in an empty folder outside the repository:
# what somebody does who has no checkout. The wheel is built from the source archive, so that both are tested.
# Usage: tools/wheel_test.sh PYTHON [pip options, such as --extra-index-url URL]
set -euo pipefail
python=$1
shift
repository=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset PYTHONPATH REID_ROOT REID_CONFIG REID_CAMERAS DAGSTER_HOME

say() { printf '== %s\n' "$*"; }
pip() { "$work/venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"; }

say "build"
"$python" -m venv "$work/venv"
pip install --constraint "$repository/constraints.txt" build
"$work/venv/bin/python" -m build --outdir "$work/dist" "$repository" > "$work/build.log" || { cat "$work/build.log"; exit 1; }
wheel=$(echo "$work"/dist/*.whl)

say "install $(basename "$wheel")"
pip install "$@" --constraint "$repository/constraints.txt" torch torchvision
pip install "$@" --constraint "$repository/constraints.txt" "$wheel"
"$work/venv/bin/python" "$repository/tools/usable_opencv.py"
PATH="$work/venv/bin:$PATH"

mkdir "$work/empty"
cd "$work/empty"

say "the wheel carries the configurations of the repository"
packaged=$(python -c 'from reid_assets.locations import PACKAGED_FILES; print(PACKAGED_FILES)')
diff --recursive "$repository/configs" "$packaged/configs"
diff "$repository/.env" "$packaged/.env"

say "reid-assets demo"
reid-assets demo 2> "$work/errors" || { cat "$work/errors"; exit 1; }
test -s outputs/demo/reid/global_id_map.csv
if grep --quiet nanobind "$work/errors"; then cat "$work/errors"; exit 1; fi

say "reid-assets init"
reid-assets init
diff configs/cv/reid.yaml "$repository/configs/cv/reid.yaml"

say "a root without a video is told so"
if reid-assets run --dry-run 2> "$work/errors"; then echo "an empty root passed for a usable one"; exit 1; fi
grep --quiet "there is no video here" "$work/errors" || { cat "$work/errors"; exit 1; }

say "reid-assets run --dry-run"
videos=(outputs/demo/*/tracks.csv)
cp --recursive "$(dirname "${videos[0]}")" outputs/cv/
reid-assets run --dry-run

say "dagster finds the definitions of workspace.yaml"
dagster definitions validate
say "the wheel works"
