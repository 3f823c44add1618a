"""Errors that the user can fix.

Every message states which file or key is affected, what is wrong with it, and what to do next. Any
other exception is a bug in this program: where the work of one video raises it, that video fails, and the
others are made; everywhere else it propagates.
"""

_LONGEST = 300
REPORT_IT = "Its traceback is in the log of the run; please report it."


class ReidError(Exception):
    """Base class of errors whose message is written for the user."""


class InputError(ReidError):
    """One video's files cannot be used. Only that video fails."""


class ConfigError(ReidError):
    """The configuration or the command line is wrong. Nothing runs."""


class BackboneError(ConfigError):
    """The configured backbone cannot be loaded. It is never replaced by another model."""


class MixedBackbonesError(ReidError):
    """Embeddings of different backbones would be compared. The message lists the videos to rebuild."""


def describe_failure(error: BaseException) -> str:
    """What is told of a failure, in one line: of a bug, that it is one, and what to do.

    The caller writes the traceback where it can be found.
    """
    text = " ".join(str(error).split())
    if isinstance(error, ReidError):
        return text
    if isinstance(error, OSError):
        named = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else text
        return named or type(error).__name__
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return f"this is a bug of reid-assets: {type(error).__name__}: {text}. {REPORT_IT}"


def is_bug(error: BaseException) -> bool:
    """Whether an error is this program's fault, as far as can be known."""
    return not isinstance(error, ReidError | OSError)
