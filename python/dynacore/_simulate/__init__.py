"""`dynacore simulate`: a scenario in virtual time, and what it costs."""

from dynacore._simulate.command import main

__all__ = ["main"]
