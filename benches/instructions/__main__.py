"""`python -m benches.instructions`: counts instructions, and compares them or stores them."""

from __future__ import annotations

import sys

import click

from benches.instructions import callgrind, counts


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--store", is_flag=True, help="Store the counts as those to compare with.")
def main(store: bool) -> None:
    """Count the instructions and allocations of an operation; end with 1 where they are more than stored."""
    try:
        counted = callgrind.count()
    except callgrind.UncountableError as error:
        raise click.ClickException(str(error)) from error
    stored = counts.load() if counts.PATH.exists() else None
    for name, count in counted.items():
        before = stored.counts.get(name) if stored else None
        change = f" {count.instructions / before.instructions - 1:+8.2%}" if before else ""
        click.echo(
            f"{name:32} {count.instructions:10,.0f} instructions {count.allocations:6.1f} allocations{change}"
        )
    if store:
        counts.store(counted)
        click.echo(f"stored in {counts.PATH}")
    elif stored is None:
        raise click.ClickException(f"no counts are stored: {counts.COMMAND}")
    elif found := counts.too_many(counted, stored):
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
