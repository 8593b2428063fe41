"""What charts of characters are drawn with."""

from __future__ import annotations

import math
from typing import Final

EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
ASCII: Final = str.maketrans(EIGHTHS[1:] + "━─├┤│╵╌●○✕▼▲", "..::++##" + "=-|||'-*ox!^")
"""For a terminal without Unicode: a character for each."""


def block(rows: float) -> str:
    """Fill a cell as far as it lies below a height, given in rows above its floor; little is still seen."""
    return EIGHTHS[max(0, min(math.ceil(rows * 8), 8))]


def round_up(value: float) -> float:
    """Round up to a number that is easily read; 1 for nothing."""
    if value <= 0:
        return 1
    power: float = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value)
