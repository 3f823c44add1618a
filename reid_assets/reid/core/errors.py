"""Errors that the user can fix.

Every message states which file or key is affected, what is wrong with it, and what to do next. Any
other exception is a bug in this program and is left to propagate.
"""


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
