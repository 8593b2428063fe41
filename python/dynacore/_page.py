"""Pages of HTML that need nothing else: their frame, tables, and charts as SVG."""

from __future__ import annotations

import io
from collections.abc import Iterable
from html import escape
from string import Template
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Of the palette by Okabe and Ito, which people with any colour vision can tell apart.
BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"
GREEN: Final = "#009E73"
PURPLE: Final = "#CC79A7"
ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"

_PAGE: Final = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 68rem; margin: 2rem auto;
    padding: 0 1rem; }
  h1 { font-size: 1.4rem; margin-bottom: 0; }
  h2 { font-size: 1.1rem; margin-top: 2rem; }
  p.how { color: #666; margin-top: 0; }
  ul.advice li { background: #fff6dd; padding: .4rem .8rem; margin: .3rem 0; list-style: none; }
  ul.advice { padding: 0; }
  table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
  th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid #ddd; }
  th:first-child, td:first-child { text-align: left; }
  svg { max-width: 100%; height: auto; }
</style>
<h1>$title</h1>
<p class="how">$how</p>
$body
</html>
""")


def make_page(title: str, how: str, body: str) -> str:
    """Make a page. Title and how it came about are text, the body is HTML."""
    return _PAGE.substitute(title=escape(title), how=escape(how), body=body)


def make_table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Make a table of texts."""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
    lines = "".join(f"<tr>{row}</tr>" for row in (head, *body))
    return f"<table>{lines}</table>"


def make_figure(count: int, height: float) -> tuple[Figure, list[Axes]]:
    """Make a figure with so many charts, one below another. Needs matplotlib."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, height), facecolor="white", layout="constrained")
    axes = list(figure.subplots(count, 1, squeeze=False, sharex=True)[:, 0])
    for each in axes:
        each.spines[["top", "right"]].set_visible(False)
        each.grid(axis="y", color="#eeeeee")
        each.set_axisbelow(True)
    return figure, axes


def start_at_zero(axes: Axes) -> None:
    """Let a chart fill its width, and begin at zero."""
    axes.margins(x=0, y=0.1)
    axes.set_ylim(bottom=0)


def draw_svg(figure: Figure) -> str:
    """Draw a figure, the same bytes each time."""
    import matplotlib

    settings: dict[Any, Any] = {"svg.hashsalt": "dynacore", "svg.fonttype": "none", "font.size": 10}
    text = io.StringIO()
    with matplotlib.rc_context(settings):
        figure.savefig(text, format="svg", metadata={"Date": None})
    drawn = text.getvalue()
    return drawn[drawn.index("<svg") :]
