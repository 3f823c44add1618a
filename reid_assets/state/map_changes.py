"""Why a map differs from the one before, in a word or two: by the versions of what each was made from."""

from collections.abc import Mapping

_OF = " of "
_WORDS = {
    "associate": "settings",
    "corrections": "corrections",
    "cameras": "cameras",
    "explicit clocks": "clocks",
    "code": "new version of reid-assets",
}
_MOST = 3


def why_changed(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """The reasons, such as `new video; corrections`.

    Args:
        before, now: input versions of the map, as of `InputVersions`; nothing before: not known.
    """
    if not before:
        return "made again"
    changed = [key for key in sorted({*before, *now}) if before.get(key) != now.get(key)]
    told: dict[str, int] = {}
    for key in changed:
        word = _word(key, before, now)
        told[word] = told.get(word, 0) + 1
    words = [word if count == 1 else f"{word}s ({count})" for word, count in told.items()]
    return "; ".join(words[:_MOST]) or "made again"


def _word(key: str, before: Mapping[str, str], now: Mapping[str, str]) -> str:
    if key.partition(_OF)[0] != "track_embeddings":
        return _WORDS.get(key, key.partition(_OF)[0])
    if key not in before:
        return "new video"
    return "video removed" if key not in now else "new vectors"
