"""`dynacore demo`: a published walk through DynamoDB in virtual time.

Part 1 is `experiment.py` with its charts; Parts 2 to 4 are `global_table.py`, `failover.py` and `shop.py`, in
worlds of several Regions, drawn as `lanes.py`.
"""

from dynacore._demo.command import main

__all__ = ["main"]
