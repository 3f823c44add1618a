"""Weights of an OpenCLIP tag: from the local caches, else downloaded if the network is reachable.

open_clip itself contacts the hub even for cached weights and waits through its retries without a network.
`openclip.py` loads the checkpoint.
"""

import urllib.error
from pathlib import Path

from reid_assets.reid.backbones.reachability import hugging_face_url
from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable
from reid_assets.reid.backbones.weights_download import WeightsUnavailableError, require_reachable


def fetch_weights(config: dict[str, object]) -> Path:
    """The local file of a pretrained tag, downloaded if it is not cached.

    Args:
        config: open_clip's entry for the tag, with `hf_hub` ("owner/repository/[file]") or `url`.

    Raises:
        WeightsUnavailableError: the weights are not cached and cannot be downloaded.
    """
    make_torchvision_importable()
    import open_clip

    hub, url = str(config.get("hf_hub") or ""), str(config.get("url") or "")
    cached = _hub_cache(hub) if hub else _url_cache(url)
    if cached:
        return cached
    address = f"{hugging_face_url()}/{hub.rstrip('/')}" if hub else url
    require_reachable(address, hub=bool(hub))
    try:
        return Path(open_clip.download_pretrained(config))
    except (OSError, urllib.error.URLError, RuntimeError, ValueError) as error:
        raise WeightsUnavailableError(" ".join(str(error).split())[:300], address) from error


def _hub_cache(hub: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache
    from open_clip.constants import HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME

    repository, _, name = hub.rpartition("/")
    names = (
        [name, f"{name.rpartition('.')[0]}.safetensors"] if name else [HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME]
    )
    for candidate in names:
        cached = try_to_load_from_cache(repository, candidate)
        if isinstance(cached, str):
            return Path(cached)
    return None


def _url_cache(url: str) -> Path | None:
    # open_clip's own download folder.
    path = Path("~/.cache/clip").expanduser() / url.rpartition("/")[2]
    return path if path.is_file() else None
