"""`dynacore demo`: a published auto-scaling experiment, replayed in virtual time."""

from dynacore._demo.command import main

__all__ = ["main"]
