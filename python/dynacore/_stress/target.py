"""What is under load: this process's engine, boto3 in front of it, or an endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dynacore._database import Database

KEY: Final = "pk"


@dataclass(frozen=True)
class TableSettings:
    """The table that is made for a run: provisioned where units are given, else on demand."""

    name: str = "usertable"
    read_units: int | None = None
    write_units: int | None = None

    def request(self) -> dict[str, Any]:
        """Make the parameters of CreateTable."""
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeySchema": [{"AttributeName": KEY, "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": KEY, "AttributeType": "S"}],
        }
        if self.read_units is None or self.write_units is None:
            return {**request, "BillingMode": "PAY_PER_REQUEST"}
        units = {"ReadCapacityUnits": self.read_units, "WriteCapacityUnits": self.write_units}
        return {**request, "ProvisionedThroughput": units}


class Target:
    """Makes clients with boto3's shape. Each worker has one of its own."""

    def __init__(self, name: str, make: Any) -> None:
        self.name = name
        self._make = make

    def client(self) -> Any:
        """Make a client."""
        return self._make()


def native(seed: int) -> Target:
    """Call the engine in this process directly."""
    database = Database(seed=seed)
    return Target("native", database.client)


def in_process_boto3(seed: int) -> Target:
    """Call the engine in this process through boto3."""
    session = Database(seed=seed).boto3_session()
    return Target("boto3", lambda: session.client("dynamodb", config=_config(1)))


def endpoint(url: str, region: str, workers: int) -> Target:
    """Call what answers at a URL, through boto3 with the credentials of the environment."""
    import boto3
    from botocore.session import Session

    keys: dict[str, str] = {}
    if Session().get_credentials() is None:
        # A local server wants a signature and does not check whose it is.
        keys = {"aws_access_key_id": "stress", "aws_secret_access_key": "stress"}
    session = boto3.session.Session(region_name=region, **keys)
    client = session.client("dynamodb", endpoint_url=url, config=_config(workers))
    # boto3's clients may be shared between threads, and so share their connections.
    return Target(url, lambda: client)


def _config(connections: int) -> Any:
    from botocore.config import Config

    # Each refusal is counted as one: retries would hide throttles and stretch latencies.
    return Config(retries={"total_max_attempts": 1}, max_pool_connections=max(connections, 1))
