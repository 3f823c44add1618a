"""Parsed backbone names: family, model and weights.

Only the name is parsed; no model is loaded and no heavy package imported, so that a configuration can be
validated at once. `backbone.py` loads the model.
"""

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from reid_assets.reid.core.errors import BackboneError

Family = Literal["open-clip", "resnet50", "onnx", "builtin"]

DEFAULT_OPENCLIP_MODEL = "ViT-B-32"
DEFAULT_OPENCLIP_TAG = "laion2b_s34b_b79k"
AUTO_ORDER = (f"open-clip:{DEFAULT_OPENCLIP_MODEL}@{DEFAULT_OPENCLIP_TAG}", "resnet50", "builtin")
VALID_FORMS = (
    "auto",
    "open-clip:<model>[@<pretrained tag or checkpoint file>]",
    "resnet50[@<file>]",
    "onnx:<file>",
    "builtin",
)


@dataclass(frozen=True)
class BackboneSpec:
    """A parsed backbone name.

    Attributes:
        family: the loader it needs.
        model: OpenCLIP architecture; empty for the other families.
        weights: the part after ``@`` (or after ``onnx:``); empty if there is none.
    """

    family: Family
    model: str = ""
    weights: str = ""

    @property
    def file(self) -> Path | None:
        """The local weights file; None if `weights` is empty or a pretrained tag."""
        if not self.weights or (self.family == "open-clip" and not _looks_like_file(self.weights)):
            return None
        return Path(self.weights).expanduser()


def parse_backbone_spec(name: str) -> BackboneSpec:
    """Parse a backbone name.

    Raises:
        BackboneError: the name is not valid; the message gives the nearest valid form.
    """
    head, colon, rest = name.partition(":")
    if head == "onnx" and colon and rest:
        return BackboneSpec("onnx", weights=rest)
    if head == "open-clip" and colon and rest:
        model, _, weights = rest.partition("@")
        if model:
            # OpenAI writes ViT-B/32, OpenCLIP ViT-B-32.
            return BackboneSpec("open-clip", model.replace("/", "-"), weights or _default_tag(model))
    if name == "builtin":
        return BackboneSpec("builtin")
    if name == "resnet50" or (name.startswith("resnet50@") and name != "resnet50@"):
        return BackboneSpec("resnet50", weights=name.partition("@")[2])
    raise BackboneError(
        f"backbone.name: {name!r} is not a backbone. Nearest valid form: {_nearest(name)}. "
        f"Valid: {', '.join(VALID_FORMS)}."
    )


def _default_tag(model: str) -> str:
    return DEFAULT_OPENCLIP_TAG if model.replace("/", "-") == DEFAULT_OPENCLIP_MODEL else ""


def _looks_like_file(weights: str) -> bool:
    path = Path(weights).expanduser()
    return path.is_file() or len(path.parts) > 1 or path.suffix in (".pt", ".pth", ".bin", ".safetensors")


def _nearest(name: str) -> str:
    forms = {form.split(":")[0].split("[")[0]: form for form in VALID_FORMS}
    forms |= {"openclip": VALID_FORMS[1], "clip": VALID_FORMS[1], "resnet": VALID_FORMS[2]}
    # The usual mistake is a bare file or architecture.
    if name.lower().endswith(".onnx"):
        return f"onnx:{name.partition(':')[2] or name}"
    head = name.lower().replace("_", "-").partition(":")[0].partition("@")[0]
    close = difflib.get_close_matches(head, forms, n=1, cutoff=0.5)
    if close:
        return forms[close[0]]
    return f"open-clip:{name}" if name.lower().startswith(("vit", "rn", "convnext")) else VALID_FORMS[0]
