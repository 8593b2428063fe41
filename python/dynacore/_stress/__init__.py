"""`dynacore stress`: a load generator with percentiles, throttles and errors by kind."""

from dynacore._stress.command import main

__all__ = ["main"]
