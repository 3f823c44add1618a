"""Which model search by words uses on a root: its own backbone where that knows words, else a named one."""

from reid_assets.reid.backbones.backbone import Backbone, backbone_label, load_backbone
from reid_assets.reid.backbones.backbone_spec import BackboneSpec, parse_backbone_spec
from reid_assets.reid.backbones.user_cache import converted_networks
from reid_assets.reid.core.errors import ConfigError
from reid_assets.reid.core.network_labels import entry_for
from reid_assets.state.project import Project

_NEXT = (
    "Name one in the configuration, for example `search: {text_backbone: open-clip:ViT-B-32}`. Or search by "
    "--image or --track."
)


def own_words(project: Project, class_name: str) -> BackboneSpec | None:
    """The root's own backbone for a class, where it knows words."""
    names = project.network_names()
    name = names.get(entry_for(class_name, names))
    spec = parse_backbone_spec(name) if name else None
    return spec if spec and spec.family == "open-clip" else None


def text_backbone(project: Project) -> str:
    """The name of the model that embeds crops for words.

    Raises:
        ConfigError: none is named, or it knows no words.
    """
    name = project.settings.search.text_backbone
    if name is None:
        raise ConfigError(f"search by words: the backbone of this root knows no words. {_NEXT}")
    if parse_backbone_spec(name).family != "open-clip":
        raise ConfigError(f"search.text_backbone: {name} knows no words. {_NEXT}")
    return name


def text_label(project: Project) -> str:
    """The label of vectors of that model."""
    return backbone_label(project.settings_of(text_backbone(project)))


def text_image_tower(project: Project, expected_crops: int | None = None) -> Backbone:
    """The image tower of that model.

    Raises:
        ConfigError: none is named.
        BackboneError: it cannot be loaded.
    """
    settings = project.settings_of(text_backbone(project))
    return load_backbone(settings, converted_networks(), expected_crops=expected_crops)
