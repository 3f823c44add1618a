"""Parsed backbone names: family, model and weights.

Only the name is parsed; no model is loaded and no heavy package imported, so that a configuration can be
validated at once. `backbone.py` loads the model.
"""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from reid_assets.reid.core.errors import BackboneError

Family = Literal["reid", "open-clip", "resnet50", "onnx", "hf", "builtin"]

DEFAULT_OPENCLIP_MODEL = "ViT-B-32"
DEFAULT_OPENCLIP_TAG = "laion2b_s34b_b79k"
_OPENCLIP = f"open-clip:{DEFAULT_OPENCLIP_MODEL}@{DEFAULT_OPENCLIP_TAG}"
PERSON_BACKBONE = "reid:osnet_x1_0_msmt17_combineall"
# What `auto` tries for persons, and for everything else, best first. ResNet50's ImageNet features tell
# animals and things apart, but hardly one person from another.
AUTO_PERSONS = (PERSON_BACKBONE, _OPENCLIP, "builtin")
AUTO_ORDER = (_OPENCLIP, "resnet50", "builtin")
VALID_FORMS = (
    "auto",
    "reid:<alias>",
    "reid:<weights>@<architecture>",
    "open-clip:<model>[@<pretrained tag or checkpoint file>]",
    "resnet50[@<file>]",
    "onnx:<file>",
    "hf:<owner>/<repository>/<file>.onnx[@<revision>][#<sha256>]",
    "builtin",
)


@dataclass(frozen=True)
class BackboneSpec:
    """A parsed backbone name.

    Attributes:
        family: the loader it needs.
        model: OpenCLIP architecture; alias or architecture of `reid`; repository of the Hugging Face hub;
            empty for the other families.
        weights: file, tag or address of the weights; empty if there is none.
        revision: branch, tag or commit of the repository; empty: its main branch.
        sha256: 64 hex digits that the file must have; empty: not stated.
    """

    family: Family
    model: str = ""
    weights: str = ""
    revision: str = ""
    sha256: str = ""

    @property
    def file(self) -> Path | None:
        """The local weights file; None if `weights` is empty, a pretrained tag or an address."""
        if self.family == "hf" or "://" in self.weights:
            return None
        if not self.weights or (self.family == "open-clip" and not _looks_like_file(self.weights)):
            return None
        return Path(self.weights).expanduser()

    def with_weights(self, weights: str) -> str:
        """The name of the same backbone with other weights."""
        if self.family == "reid":
            return f"reid:{weights}@{self.model}"
        head = f"open-clip:{self.model}" if self.family == "open-clip" else self.family
        return f"{head}:{weights}" if self.family == "onnx" else f"{head}@{weights}"


def parse_backbone_spec(name: str) -> BackboneSpec:
    """Parse a backbone name.

    Raises:
        BackboneError: the name is not valid; the message gives the nearest valid form.
    """
    head, colon, rest = name.partition(":")
    if head == "onnx" and colon and rest:
        return BackboneSpec("onnx", weights=rest)
    if head == "reid" and colon and rest:
        weights, at, model = rest.rpartition("@")
        if model and bool(weights) == bool(at):
            return BackboneSpec("reid", model, weights)
    if head == "hf" and colon:
        match = _HUB_FILE.fullmatch(rest)
        if match:
            return BackboneSpec(
                "hf", match["repository"], match["file"], match["revision"] or "", match["sha"] or ""
            )
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


_HUB_FILE = re.compile(
    r"(?P<repository>[\w.-]+/[\w.-]+)/(?P<file>[^@#]+\.onnx)(@(?P<revision>[^@#]+))?(#(?P<sha>[0-9a-fA-F]{64}))?"
)


def _default_tag(model: str) -> str:
    return DEFAULT_OPENCLIP_TAG if model.replace("/", "-") == DEFAULT_OPENCLIP_MODEL else ""


def _looks_like_file(weights: str) -> bool:
    path = Path(weights).expanduser()
    return path.is_file() or len(path.parts) > 1 or path.suffix in (".pt", ".pth", ".bin", ".safetensors")


def _nearest(name: str) -> str:
    forms = {form.split(":")[0].split("[")[0]: form for form in VALID_FORMS}
    openclip = forms["open-clip"]
    forms |= {"openclip": openclip, "clip": openclip, "resnet": forms["resnet50"], "osnet": PERSON_BACKBONE}
    # The usual mistake is a bare file or architecture.
    if name.lower().endswith(".onnx"):
        return f"onnx:{name.partition(':')[2] or name}"
    head = name.lower().replace("_", "-").partition(":")[0].partition("@")[0]
    close = difflib.get_close_matches(head, forms, n=1, cutoff=0.5)
    if close:
        return forms[close[0]]
    return f"open-clip:{name}" if name.lower().startswith(("vit", "rn", "convnext")) else VALID_FORMS[0]
