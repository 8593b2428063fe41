"""The table of what dynacore has of AWS's operations and parameters, made from botocore's service models.

`make coverage` writes it to docs/coverage.md; a test holds it against the models and the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore
import botocore.session

from dynacore import _core

PATH = Path(__file__).parents[1] / "docs" / "coverage.md"

SERVICES = ("dynamodb", "dynamodbstreams", "application-autoscaling", "cloudwatch")

HEAD = """# What dynacore has of AWS's API

Every operation and every parameter of botocore {version}'s models of {services}.
Made by `make coverage`; a test fails when the models have something that is not here.

`[]` is an element of a list, `{{}}` a value of a map. An operation that is not supported is refused with
`UnknownOperationException`, a parameter that is not supported with `ValidationException`; both say so in
their message. Nothing is accepted and ignored.
"""


@dataclass
class Coverage:
    """What there is of one operation."""

    name: str
    exists: bool
    supported: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the operation's lines of the table."""
        parameters = len(self.supported) + len(self.refused) + len(self.unknown)
        if not self.exists:
            count = f", with its {parameters} parameters" if parameters else ""
            yield f"- **{self.name}**: refused with `UnknownOperationException`{count}"
            return
        yield f"- **{self.name}**: {len(self.supported)} of {parameters} parameters"
        if self.supported:
            yield f"  - supported: {listed(self.supported)}"
        if self.refused:
            yield f"  - refused with `ValidationException`: {listed(self.refused)}"
        if self.unknown:
            yield f"  - **unknown**: {listed(self.unknown)}"


def listed(paths: list[str]) -> str:
    """Write paths for Markdown."""
    return ", ".join(f"`{path}`" for path in paths)


def model_parameters(shape: Any, path: str = "", inside: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the paths of a shape's parameters. Attribute values are leaves: all their types are supported."""
    if shape is None or shape.name == "AttributeValue" or shape.name in inside:
        return
    inside = (*inside, shape.name)
    if shape.type_name == "list":
        yield from model_parameters(shape.member, f"{path}[]", inside)
    elif shape.type_name == "map":
        yield from model_parameters(shape.value, f"{path}{{}}", inside)
    elif shape.type_name == "structure":
        for name, member in shape.members.items():
            below = f"{path}.{name}" if path else name
            yield below
            yield from model_parameters(member, below, inside)


def operation_coverage(service: str, model: Any, name: str) -> Coverage:
    """Hold one operation's parameters against the engine's."""
    wanted = list(model_parameters(model.operation_model(name).input_shape))
    known = _core.parameters(service, name)
    if known is None:
        return Coverage(name, exists=False, refused=wanted)
    coverage = Coverage(name, exists=True)
    supported = {path for path, is_supported in known if is_supported}
    refused = [path for path, is_supported in known if not is_supported]
    for path in wanted:
        if path in supported:
            coverage.supported.append(path)
        elif any(path == each or path.startswith((f"{each}.", f"{each}[", f"{each}{{")) for each in refused):
            coverage.refused.append(path)
        else:
            coverage.unknown.append(path)
    return coverage


def service_coverage(service: str) -> list[Coverage]:
    """Hold the operations of a service against the engine's."""
    model = botocore.session.get_session().get_service_model(service)
    return [operation_coverage(service, model, name) for name in sorted(model.operation_names)]


def table() -> str:
    """Write the whole table."""
    lines = [HEAD.format(version=botocore.__version__, services=listed(list(SERVICES)))]
    for service in SERVICES:
        operations = service_coverage(service)
        there = sum(operation.exists for operation in operations)
        lines += [f"## {service}: {there} of {len(operations)} operations", ""]
        for operation in operations:
            lines += operation.lines()
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PATH.write_text(table())
