"""What the review page sends, read with care, and written into corrections.csv."""

import json
from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from reid_assets.reid.core.corrections import Action, Correction, TrackRef
from reid_assets.reid.core.errors import ReidError
from reid_assets.review.desk import Desk
from reid_assets.state.correcting import correction_of


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request.

    Raises:
        ReidError: it is something else.
    """
    try:
        said = json.loads(await request.body())
    except ValueError as error:
        raise ReidError(f"The body is no JSON: {error}.") from error
    if not isinstance(said, dict):
        raise ReidError("The body has to be a JSON object.")
    return said


def list_of(said: dict[str, Any], key: str) -> list[Any]:
    """The list under a key, which is not empty.

    Raises:
        ReidError: it is something else.
    """
    value = said.get(key)
    if not isinstance(value, list) or not value:
        raise ReidError(f"{key}: a list is wanted.")
    return value


def track_of(text: Any) -> TrackRef:
    """A track, written `video:track_id`.

    Raises:
        ReidError: it is something else.
    """
    try:
        return TrackRef.parse(str(text))
    except ValueError as error:
        raise ReidError(str(error)) from error


_TRACKS_OF: dict[Action, int] = {"same": 2, "different": 2, "not_a_target": 1, "name": 1}


def correction_in(said: Any) -> Correction:
    """The correction of `{action, tracks, value?}`.

    Raises:
        ReidError: it says none.
    """
    action = said.get("action") if isinstance(said, dict) else None
    if action not in _TRACKS_OF:
        raise ReidError(f"action: one of {', '.join(_TRACKS_OF)} is wanted.")
    tracks = [str(track_of(one)) for one in list_of(said, "tracks")]
    if len(tracks) != _TRACKS_OF[action]:
        raise ReidError(f"tracks: {action} is about {_TRACKS_OF[action]}.")
    return correction_of(action, tuple(tracks), str(said.get("value") or ""))


def write_all(desk: Desk, what: Callable[[], list[tuple[Any, TrackRef, TrackRef]]]) -> list[dict[str, Any]]:
    """Write what follows from one gesture, all or nothing; what was not said before.

    Raises:
        ReidError: one of it cannot hold.
    """
    written: list[tuple[Correction, dict[str, Any]]] = []
    known = {one.key() for one in desk.corrections.said}
    try:
        for action, a, b in what():
            one = correction_of(action, (str(a), str(b)))
            desk.add(one)
            if one.key() not in known:
                written.append((one, {"action": action, "tracks": [str(a), str(b)]}))
    except ReidError:
        for one, _ in reversed(written):
            desk.take_back(one)
        raise
    return [told for _, told in written]
