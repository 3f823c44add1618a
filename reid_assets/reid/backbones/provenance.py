"""Where published weights come from, and on what terms: the network's licence, and that of its training data.

A licence of weights says nothing of the pictures they were trained on. The collections of pedestrians that
re-identification is trained on are given away for research; whether that binds the network's user is for the
user to decide (`backbone.allow_research_weights`).
"""

from dataclasses import dataclass

from reid_assets.reid.backbones.backbone_spec import BackboneSpec
from reid_assets.reid.core.errors import BackboneError
from reid_assets.reid.core.settings import BackboneSettings


@dataclass(frozen=True)
class Provenance:
    """Of the weights of a published network.

    Attributes:
        source: who published them.
        licence: of the weights.
        data: what they were trained on.
        research: whether that data was given away for research only.
    """

    source: str
    licence: str
    data: str
    research: bool

    def __str__(self) -> str:
        terms = ", whose terms are for research" if self.research else ""
        return f"{self.source}; weights {self.licence}; trained on {self.data}{terms}"


_RESEARCH_DATA = {
    "osnet_x1_0_msmt17_combineall": ("kaiyangzhou/osnet on Hugging Face", "MIT", "MSMT17"),
    "fastreid_mot17_sbs50": ("BoT-SORT's model zoo", "MIT", "MOT17"),
    "osnet_x1_0_mot17": ("Roboflow", "Apache-2.0", "MOT17"),
    "osnet_x1_0_sportsmot": ("Roboflow", "Apache-2.0", "SportsMOT"),
    "osnet_x1_0_dancetrack": ("Roboflow", "Apache-2.0", "DanceTrack"),
    "osnet_x1_0_soccernet": ("Roboflow", "Apache-2.0", "SoccerNet"),
}


def provenance(spec: BackboneSpec) -> Provenance | None:
    """What is known of the weights; None for weights of one's own, which only their owner knows."""
    if spec.family == "reid" and not spec.weights:
        known = _RESEARCH_DATA.get(spec.model, ("the package reid", "of unknown licence", "unknown pictures"))
        return Provenance(*known, research=True)
    if spec.family == "open-clip" and spec.file is None:
        return Provenance(
            "OpenCLIP's model list", "as its publisher says", "image-text pairs", research=False
        )
    if spec.family == "resnet50" and spec.file is None:
        return Provenance("torchvision", "BSD-3-Clause", "ImageNet", research=True)
    return None


def require_allowed(spec: BackboneSpec, settings: BackboneSettings) -> None:
    """Refuse weights trained on research data where the settings do.

    Raises:
        BackboneError: `allow_research_weights` is false, and the weights are such.
    """
    known = provenance(spec)
    if known is None or not known.research or settings.allow_research_weights:
        return
    raise BackboneError(
        f"{settings.name}: {known}. backbone.allow_research_weights is false: allow them, or name another "
        "backbone (open-clip:…, onnx:<file>, builtin)."
    )
