"""The Regions of the demo, and how far they are from each other and from their users."""

from __future__ import annotations

from typing import Final

from dynacore import World

VIRGINIA: Final = "us-east-1"
FRANKFURT: Final = "eu-central-1"
MUMBAI: Final = "ap-south-1"
IRELAND: Final = "eu-west-1"

NAMES: Final = {
    VIRGINIA: "Northern Virginia",
    FRANKFURT: "Frankfurt",
    MUMBAI: "Mumbai",
    IRELAND: "Ireland",
}

REQUEST_SECONDS: Final = 0.005
"""How long a request takes that does not leave its Region."""

REPLICATION_SECONDS: Final = {
    frozenset((VIRGINIA, FRANKFURT)): 0.6,
    frozenset((VIRGINIA, IRELAND)): 0.55,
    frozenset((MUMBAI, IRELAND)): 0.8,
    frozenset((MUMBAI, VIRGINIA)): 0.95,
}
"""From a write in one Region to the other. AWS says that it is usually less than a second (the guide's
"How DynamoDB global tables work"), and no more."""
JITTER_SECONDS: Final = 0.4
"""How much longer it may take, as chance has it."""

TRANSITION_SECONDS: Final = 8.0
"""How long a table takes to be made or changed."""

ASSUMPTIONS: Final = (
    "What AWS does not publish is assumed: a change reaches the other Region after "
    f"{min(REPLICATION_SECONDS.values()):g} to {max(REPLICATION_SECONDS.values()):g} s by the pair, and up "
    f"to {JITTER_SECONDS:g} s more by chance; a request inside a Region takes {REQUEST_SECONDS * 1000:g} ms."
)


def short_name(region: str) -> str:
    """Name a Region where there is little room."""
    return NAMES[region].removeprefix("Northern ")


def connect(world: World) -> None:
    """Lay the network between the Regions of a world."""
    for one in world:
        for other in world:
            pair = frozenset((one, other))
            if one < other:
                world.network.latency(one, other, REPLICATION_SECONDS[pair])
                world.network.jitter(one, other, JITTER_SECONDS)
