"""Errors that the user can fix.

Every message states which file or key is affected, what is wrong with it, and what to do next. Any
other exception is a bug in this program: where the work of one video raises it, that video fails, and the
others are made; everywhere else it propagates.
"""

_LONGEST = 300
IN_LOG = "The traceback is in the log of the run"


class ReidError(Exception):
    """Base class of errors whose message is written for the user."""


class InputError(ReidError):
    """One video's files cannot be used. Only that video fails."""


class ConfigError(ReidError):
    """The configuration or the command line is wrong. Nothing runs."""


class BackboneError(ConfigError):
    """The configured backbone cannot be loaded. It is never replaced by another model."""


class NotFoundError(ReidError):
    """There is no identity, track or video of this name; the message lists what is near."""


class MixedBackbonesError(ReidError):
    """Embeddings of different backbones would be compared. The message lists the videos to rebuild."""


def describe_failure(error: BaseException, where: str = IN_LOG) -> str:
    """What is told of a failure, in one line: of a bug, that it is one, and what to do.

    Args:
        error: what was raised.
        where: a sentence (without its full stop) that says where the caller puts the traceback.
    """
    text = " ".join(str(error).split())
    if isinstance(error, ReidError):
        return text
    if isinstance(error, OSError):
        named = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else text
        return named or type(error).__name__
    if isinstance(error, MemoryError):
        said = f" ({text})" if text else ""
        return f"there is not enough memory for it{said}. Free some, or use a larger machine, and run again."
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return f"this is a bug of reid-assets: {type(error).__name__}: {text}. {where}; please report it."


def is_bug(error: BaseException) -> bool:
    """Whether an error is this program's fault, as far as can be known."""
    return not isinstance(error, ReidError | OSError | MemoryError)
