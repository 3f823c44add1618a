"""Which network made the vectors of which class, as one text.

A root may embed persons with one network and everything else with another, since classes are not compared
with each other. Where one network made all vectors of a video, their label is that network's; where several
did, it is a JSON object of class to label, "*" being all other classes.
"""

import json
from collections.abc import Iterable, Mapping

OTHERS = "*"
PERSON = "person"
# Class names of detectors for a human being; "0" is the first class of COCO where a file has no names.
PERSON_CLASSES = frozenset({PERSON, "persons", "people", "pedestrian", "pedestrians", "human", "0"})


def is_person(class_name: str) -> bool:
    """Whether a detector's class is a human being."""
    return class_name.casefold() in PERSON_CLASSES


def entry_for(class_name: str, entries: Iterable[str]) -> str:
    """Which entry serves a class: its own, "person" for any name of a person, else "*"."""
    entries = set(entries)
    if class_name in entries:
        return class_name
    return PERSON if PERSON in entries and is_person(class_name) else OTHERS


def label_of_classes(labels: Mapping[str, str], classes: Iterable[str]) -> str:
    """The label of vectors of some classes.

    Args:
        labels: entry ("person", another class name, "*") -> label of a network; not empty.
        classes: class names of the tracks; where there are none, or no entry serves, all entries count.
    """
    used = {entry_for(name, labels) for name in classes} & set(labels) or set(labels)
    if len({labels[entry] for entry in used}) == 1:
        return labels[next(iter(used))]
    return json.dumps({entry: labels[entry] for entry in sorted(used)}, ensure_ascii=False)


def in_words(entry: str) -> str:
    """An entry as it is said; "*" is what the other entries leave over."""
    return "other classes" if entry == OTHERS else entry


def label_of_class(label: str | None, class_name: str) -> str | None:
    """The label of the network that made the vectors of one class, out of a pair's label."""
    if not label or not label.startswith("{"):
        return label
    try:
        labels = json.loads(label)
        return str(labels[entry_for(class_name, labels)])
    except (ValueError, KeyError, TypeError):
        return label


def networks_in(label: str) -> set[str]:
    """The labels of the single networks that a pair's label names."""
    try:
        parsed = json.loads(label) if label.startswith("{") else None
    except ValueError:
        parsed = None
    return {str(one) for one in parsed.values()} if isinstance(parsed, dict) else {label}


def networks_by_class(labels: Iterable[str]) -> list[str]:
    """Labels of pairs as lines for people: each network once, with its class where there are several."""
    by_class: dict[str, str] = {}
    single = []
    for label in sorted(labels):
        try:
            parsed = json.loads(label) if label.startswith("{") else None
        except ValueError:
            parsed = None
        if isinstance(parsed, dict):
            by_class |= parsed
        else:
            single.append(label)
    named = [f"{in_words(entry)}: {by_class[entry]}" for entry in sorted(by_class, reverse=True)]
    # Videos with classes of one network alone name that network without a class.
    return [*named, *(label for label in single if label not in by_class.values())]
