"""What can go wrong in a way that a person can mend.

Every message says three things: which file (or key), what is wrong with it, and what to do next.
Anything else that is raised is a fault of this program and is left to bubble.
"""


class ReidError(Exception):
    """Base of all errors whose message is written for the person who runs the product."""


class InputError(ReidError):
    """One video's files cannot be used. That video fails; the others go on."""


class ConfigError(ReidError):
    """The configuration or the command line is wrong. Nothing runs."""


class BackboneError(ConfigError):
    """The configured backbone cannot be loaded. Never answered by another model."""


class MixedBackbonesError(ReidError):
    """Vectors of different backbones would be compared. Names the videos to rebuild."""
