"""Weights from elsewhere: from the local cache, else fetched once, checked, and kept for every later run.

Files of a Hugging Face repository lie in the hub's own cache, others in `~/.cache/reid-assets/weights`
(`REID_CACHE`). A host that does not answer is told within seconds, and asked once a minute.
"""

import hashlib
import os
import re
import urllib.parse
from pathlib import Path

from reid_assets.reid.backbones.reachability import hugging_face_url, lately_unreachable
from reid_assets.reid.backbones.state_dict import first_line
from reid_assets.reid.backbones.user_cache import user_cache
from reid_assets.reid.backbones.weights_file import file_sha256
from reid_assets.reid.core.errors import BackboneError

_TRUE = ("1", "ON", "YES", "TRUE")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class WeightsUnavailableError(Exception):
    """Weights that are not cached and cannot be fetched, or are not what they should be.

    Attributes:
        url: where they are.
    """

    def __init__(self, reason: str, url: str) -> None:
        super().__init__(reason)
        self.url = url


def fetch_hub_file(repository: str, name: str, revision: str | None = None, sha256: str = "") -> Path:
    """A file of a Hugging Face repository, on this machine.

    A cached file is taken without asking the hub. Large files are checked against the SHA-256 that the hub
    states, always, so that a damaged cache is noticed.

    Args:
        repository: owner and name, as in "kaiyangzhou/osnet".
        name: path of the file in the repository.
        revision: branch, tag or commit; None: the main branch, as it was when the file was fetched.
        sha256: 64 hex digits that the content must have; empty: as the hub states.

    Raises:
        WeightsUnavailableError: it is not cached and cannot be fetched, or its content is another one.
    """
    from huggingface_hub import hf_hub_download, try_to_load_from_cache

    url = f"{hugging_face_url()}/{repository}/resolve/{revision or 'main'}/{name}"
    cached = try_to_load_from_cache(repository, name, revision=revision)
    if not isinstance(cached, str):
        require_reachable(url, hub=True)
        try:
            cached = hf_hub_download(repository, name, revision=revision)
        except (OSError, ValueError, RuntimeError) as error:
            raise WeightsUnavailableError(first_line(error)[:300], url) from error
    path = Path(cached)
    stated = path.resolve().name  # the cache names a large file by its SHA-256
    expected = sha256 or (stated if _SHA256.fullmatch(stated) else "")
    _require_digest(path, expected, url, remove=not sha256)
    return path


def fetch_url(url: str) -> Path:
    """A file of a web address (https) or of Google Drive ("gd://<id>/<name>"), on this machine.

    Raises:
        WeightsUnavailableError: it is not cached and cannot be fetched.
    """
    parts = urllib.parse.urlsplit(url)
    target = cache_folder() / parts.netloc / parts.path.strip("/")
    if target.is_file() and target.stat().st_size:
        return target
    drive = parts.scheme == "gd"
    address = f"https://drive.google.com/uc?id={parts.netloc}" if drive else url
    require_reachable(address)
    from gdown.exceptions import DownloadCancelled, DownloadError

    partial = target.with_name(f".{hashlib.sha256(url.encode()).hexdigest()[:12]}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if drive:
            import gdown

            gdown.download(id=parts.netloc, output=str(partial), quiet=False)
        else:
            import torch

            torch.hub.download_url_to_file(url, str(partial))
        if partial.stat().st_size == 0:
            raise OSError("the file is empty")
        partial.replace(target)
    except (OSError, RuntimeError, ValueError, DownloadError, DownloadCancelled) as error:
        partial.unlink(missing_ok=True)
        raise WeightsUnavailableError(first_line(error)[:300], address) from error
    return target


def cache_folder() -> Path:
    """Where files that are not the hub's are kept."""
    return user_cache() / "weights"


def require_reachable(url: str, hub: bool = False) -> None:
    """Find out at once whether there is any use in asking.

    Args:
        url: of the download.
        hub: whether it is Hugging Face's, so that HF_HUB_OFFLINE counts.

    Raises:
        WeightsUnavailableError: the host does not answer, or is not to be asked.
    """
    if hub and os.environ.get("HF_HUB_OFFLINE", "").upper() in _TRUE:
        raise WeightsUnavailableError("HF_HUB_OFFLINE is set", url)
    reason = lately_unreachable(url)
    if reason:
        raise WeightsUnavailableError(reason, url)


def _require_digest(path: Path, expected: str, url: str, remove: bool) -> None:
    found = file_sha256(path) if expected else ""
    if found == expected.lower():
        return
    if remove:  # the next run fetches it again
        path.resolve().unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    raise WeightsUnavailableError(
        f"its SHA-256 is {found[:12]}…, not {expected[:12]}… as stated: damaged on the way, or replaced", url
    )


def explain(name: str, file: str, error: WeightsUnavailableError, local_form: str) -> BackboneError:
    """The error that a user sees: which file, why, from where, and what to do.

    Args:
        name: the configured backbone.
        file: name of the weights file.
        error: why it cannot be had.
        local_form: what to write for a file that was carried here.
    """
    return BackboneError(
        f"{name}: its weights ({file}) are not on this machine and cannot be fetched ({error}). Download "
        f"{error.url} on a machine with network and name the file: backbone.name: {local_form}. Or use "
        "backbone.name: builtin."
    )
