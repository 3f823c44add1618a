"""Class ids and names: what the user lists, what a source says, and what is missing of either.

A name is never made up: a source with class ids alone needs `--classes`.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from reid_assets.reid.core.errors import ConfigError, InputError
from reid_assets.reid.core.outside_files import MAX_YAML, is_file, read_json, read_text
from reid_assets.reid.core.outside_yaml import read_yaml
from reid_assets.reid.formats.imported_video import ImportOptions

# The 80 classes of COCO by their index, as detectors trained on it number them (data of the COCO project).
# fmt: off
COCO = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow",
    "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee",
    "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard",
    "tennis racket", "bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple",
    "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch",
    "potted plant", "bed", "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard",
    "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book", "clock", "vase",
    "scissors", "teddy bear", "hair drier", "toothbrush",
)
# fmt: on
_Class = tuple[int | None, str | None]


def parse_classes(text: str) -> tuple[dict[int, str], str]:
    """Class id -> name of `--classes`, and where they are from, in words.

    Args:
        text: `coco`; names with commas, the first of class 0; or a file: a name per line, or `names` of a
            YAML or JSON file such as a data.yaml.

    Raises:
        ConfigError: it lists no names, or one twice.
        InputError: the file cannot be read.
    """
    path = Path(text)
    if text == "coco":
        return dict(enumerate(COCO)), "the 80 classes of COCO (--classes coco)"
    if is_file(path):
        names, origin = _of_file(path), f"{path}"
    elif path.suffix.lower() in (".txt", ".yaml", ".yml", ".json", ".names"):
        raise ConfigError(f"--classes {text}: there is no such file.")
    else:
        names, origin = dict(enumerate(name.strip() for name in text.split(","))), "--classes"
    if not names or not all(names.values()) or len(set(names.values())) < len(names):
        raise ConfigError(
            f"--classes {text}: it lists no names, an empty one, or one twice. Give names with "
            "commas, the first of class 0, or a file with a name per line."
        )
    return names, origin


def _of_file(path: Path) -> dict[int, str]:
    if path.suffix.lower() in (".yaml", ".yml", ".json"):
        content = read_json(path) if path.suffix.lower() == ".json" else read_yaml(path)
        names = content.get("names") if isinstance(content, dict) and "names" in content else content
        pairs = list(enumerate(names)) if isinstance(names, list) else list(names.items()) if names else []
        if all(isinstance(name, str) and re.fullmatch(r"\d{1,9}", str(key), re.ASCII) for key, name in pairs):
            return {int(key): name for key, name in pairs}
        raise ConfigError(f"{path}: expected `names`: a list, or numbers with names. Write a name per line.")
    return names_of_lines(read_text(path, MAX_YAML))


def names_of_lines(text: str) -> dict[int, str]:
    """Class id -> name of a text with a name per line."""
    lines = [line.strip() for line in text.splitlines()]
    return {number: name for number, name in enumerate(lines) if name}


def settle_classes(
    path: Path, places: Mapping[_Class, str], options: ImportOptions
) -> tuple[dict[_Class, tuple[int, str]], str]:
    """What each class of a source becomes, id and name, and where they are from, in words.

    Args:
        places: what the source says, id and name (None: not stated) -> where that stands first.

    Raises:
        InputError: an id without a name, or one that `--classes` does not list.
    """
    said = sorted(places, key=lambda pair: (pair[0] is None, pair[0] or 0, pair[1] or ""))
    lone_names = [name for number, name in said if number is None and name is not None]
    numbers, origin = _numbers_for(lone_names, options)
    settled = {pair: _settle(path, places[pair], pair, numbers, options) for pair in said}
    if any(pair == (None, None) for pair in said):
        origin = f"--class-name {options.class_name}, as the source states no class"
    elif any(number is not None for number, _ in said) and options.classes is not None:
        origin = options.classes_from
    return settled, origin


def _numbers_for(names: Sequence[str], options: ImportOptions) -> tuple[dict[str, int], str]:
    """Ids for names that come without one."""
    if options.classes is not None:
        return {name: number for number, name in options.classes.items()}, options.classes_from
    if not names:
        return {}, "the source"
    if set(names) <= set(COCO):
        return {name: COCO.index(name) for name in names}, "names of the source, ids of the COCO classes"
    return {name: number for number, name in enumerate(sorted(names))}, (
        "names of the source, ids by the alphabet (--classes sets them)"
    )


def _settle(
    path: Path, place: str, said: _Class, numbers: Mapping[str, int], options: ImportOptions
) -> tuple[int, str]:
    number, name = said
    if number is None and name is None:
        return numbers.get(options.class_name, 0), options.class_name
    if number is None:
        assert name is not None
        if name not in numbers:
            raise InputError(f"{path}: {place}: class {name!r} is not in {options.classes_from}. Add it.")
        return numbers[name], name
    if options.classes is not None:
        if number not in options.classes:
            raise InputError(
                f"{path}: {place}: class {number} is not in {options.classes_from}. Add its name."
            )
        return number, options.classes[number]
    if name is None:
        raise InputError(
            f"{path}: {place}: class {number} has no name here. List the names in the order of their ids: "
            "--classes person,bicycle,car, --classes coco, or --classes FILE."
        )
    return number, name
