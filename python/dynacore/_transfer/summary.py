"""What a transfer came to, and how it is shown while it goes on."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

ERRORS_KEPT = 100


@dataclass
class Summary:
    """Counts, the first errors, and the time it took."""

    verb: str
    items: int = 0
    error_count: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    interrupted: bool = False
    began: float = field(default_factory=time.monotonic)

    def refuse(self, source: str, line: int, message: str) -> None:
        """Count an item that did not get through."""
        self.error_count += 1
        if len(self.errors) < ERRORS_KEPT:
            self.errors.append({"source": source, "line": line, "message": message})

    def document(self) -> dict[str, Any]:
        """Make the JSON document of the summary."""
        seconds = time.monotonic() - self.began
        return {
            self.verb: self.items,
            "errorCount": self.error_count,
            "errors": self.errors,
            "interrupted": self.interrupted,
            "seconds": round(seconds, 3),
            "itemsPerSecond": round(self.items / seconds) if seconds else 0,
        }

    def show(self, *, as_json: bool) -> None:
        """Print it."""
        document = self.document()
        if as_json:
            click.echo(json.dumps(document, indent=2))
            return
        pace = f"in {document['seconds']} s, {document['itemsPerSecond']:,} a second"
        click.echo(f"{self.items:,} items {self.verb} {pace}")
        for error in self.errors:
            click.echo(f"{error['source']}, line {error['line']}: {error['message']}", err=True)
        if self.error_count > len(self.errors):
            click.echo(f"and {self.error_count - len(self.errors):,} more errors", err=True)

    @property
    def exit_code(self) -> int:
        """Give what a shell expects: 130 after SIGINT, 1 where something did not get through."""
        return 130 if self.interrupted else int(self.error_count > 0)


def progress_bar(*, shown: bool) -> Progress:
    """Make the bar of a transfer, on standard error."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(show_speed=True),
        TextColumn("{task.fields[items]:,} items"),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True, highlight=False)
    return Progress(*columns, console=console, disable=not (shown and console.is_terminal), transient=True)
