"""The networks of one root: a network for each class group, or one for all.

The embedding pass asks here which network prepares and embeds a crop. Vectors of shorter networks are
padded with zeros, so that a video's vectors are one array.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from reid_assets.reid.backbones.backbone import Backbone
from reid_assets.reid.core.network_labels import OTHERS, PERSON, entry_for, is_person, label_of_classes
from reid_assets.reid.core.settings import AssociateSettings


def entries_wanted(
    classes: Iterable[str], named: Iterable[str], associate: AssociateSettings
) -> dict[str, bool]:
    """The class entries that `auto` has to choose a network for, and whether each holds persons.

    Persons and everything else get one each, as far as they occur. Where they are compared with each other,
    one network has to serve all.

    Args:
        classes: class names of what will be embedded.
        named: entries whose network the settings name.
        associate: says which classes are compared.
    """
    names, named = set(classes), set(named)
    names = {name for name in names if entry_for(name, named) not in named}
    persons, others = any(map(is_person, names)), any(not is_person(name) for name in names)
    if one_network_for_all(associate):
        return {OTHERS: persons}
    if not persons and not others:
        return {} if named else {PERSON: True}
    return ({PERSON: True} if persons else {}) | ({OTHERS: False} if others else {})


def one_network_for_all(associate: AssociateSettings) -> bool:
    """Whether persons are compared with other classes, which takes vectors of one network."""
    return not associate.same_class_only or any(
        len({is_person(name) for name in group}) == 2 for group in associate.class_groups
    )


@dataclass(frozen=True)
class ClassNetworks:
    """Networks by entry: a class name, "person" for any name of a person, "*" for all other classes."""

    by_entry: Mapping[str, Backbone]

    @classmethod
    def of_one(cls, backbone: Backbone) -> "ClassNetworks":
        """One network for all classes."""
        return cls({OTHERS: backbone})

    @property
    def dim(self) -> int:
        """Length of the stored vectors: the longest of the networks'."""
        return max(network.dim for network in self.by_entry.values())

    @property
    def labels(self) -> dict[str, str]:
        """Label of the network of each entry."""
        return {entry: network.label for entry, network in self.by_entry.items()}

    def label(self, classes: Iterable[str]) -> str:
        """The label of vectors of these classes."""
        return label_of_classes(self.labels, classes)

    def of(self, class_name: str) -> Backbone:
        """The network of a class."""
        entry = entry_for(class_name, self.by_entry)
        # Of a class that appeared since the networks were chosen: the only one there is.
        return self.by_entry.get(entry) or next(iter(self.by_entry.values()))

    def prepare(self, crop: np.ndarray, class_name: str) -> np.ndarray:
        """uint8 BGR (h, w, 3) -> uint8 BGR (H, W, 3), as the network of the class wants it."""
        return self.of(class_name).prepare(crop)

    def facts(self) -> dict[str, object]:
        """Runtime, number type and device of each network, for metadata; of one alone, its own."""
        if len(self.by_entry) == 1:
            return dict(next(iter(self.by_entry.values())).facts)
        return {entry: dict(network.facts) for entry, network in self.by_entry.items()}
