"""A DynamoDB that lives in your process."""

from dynacore._core import VirtualClock, __version__

__all__ = ["VirtualClock", "__version__"]
