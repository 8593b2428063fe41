"""What a database has of triggers: functions with names, and what calls them."""

from __future__ import annotations

# As `typing` has it for type checkers, without importing it: that would take longer than all else here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, Literal, TypeVar, overload

    from typing_extensions import Unpack

    from dynacore import _core, _trigger_parameters
    from dynacore._client import Client, LambdaClient
    from dynacore._core import VirtualClock
    from dynacore._triggers import Function, Rule, Runner, Trigger

    _Function = TypeVar("_Function", bound=Callable[..., Any])


class Triggering:
    """Functions of a database, and the triggers, schedules and events that call them."""

    region: str
    account_id: str
    clock: VirtualClock | None

    def __init__(self) -> None:
        self._open_runner: Runner | None = None
        # URLs that functions of the stored database have, until the program names them itself.
        self._stored_urls: dict[str, str] = {}

    if TYPE_CHECKING:

        @property
        def _core(self) -> _core.Database: ...

        def client(self, service: str = "dynamodb") -> Client:
            """Make a client."""

    @property
    def _runner(self) -> Runner:
        core = self._core
        if self._open_runner is None:
            from dynacore._triggers import Runner

            self._open_runner = Runner(core, is_virtual=self.clock is not None)
        return self._open_runner

    def _close_runner(self) -> None:
        if self._open_runner is not None:
            self._open_runner.close()
            self._open_runner = None

    def _resume_urls(self) -> None:
        """Make functions known that are URLs, and so need no program."""
        for name, url in self._core.awaited_urls():
            self._add_function(name, url)
            self._stored_urls[name] = url

    if TYPE_CHECKING:

        @overload
        def function(self, name: str) -> Callable[[_Function], _Function]: ...
        @overload
        def function(self, name: str, function: _Function) -> _Function: ...
        @overload
        def function(self, name: str, function: str) -> str: ...

    def function(self, name: str, function: Any = None) -> Any:
        """Give a function a name, by which mappings, rules, alarms and destinations find it; a decorator too.

        It is called with an event and, where it has a second parameter without a default, a context; it may
        be `async`. A URL instead of it gets the event as JSON by POST. A name that is taken gets the new
        function.

        A database with a `path` keeps mappings and rules, and URLs; other functions it cannot keep. When it
        is opened again, what calls a function waits until that has been given its name again.

        >>> from dynacore import Database
        >>> db = Database()
        >>> @db.function("stock")
        ... def stock(event, context):
        ...     print(len(event["Records"]), context.function_name)
        """
        if function is None:
            return lambda function: self.function(name, function)
        self._add_function(name, function)
        return function

    if TYPE_CHECKING:

        @overload
        def on_change(
            self, table: str, **options: Unpack[_trigger_parameters.ChangeOptions]
        ) -> Callable[[_Function], _Function]: ...
        @overload
        def on_change(
            self, table: str, function: Function | str, **options: Unpack[_trigger_parameters.ChangeOptions]
        ) -> Trigger: ...

    def on_change(
        self,
        table: str,
        function: Function | str | None = None,
        *,
        name: str | None = None,
        batch_size: int = 100,
        batching_window_seconds: int = 0,
        parallelization_factor: int = 1,
        starting_position: Literal["LATEST", "TRIM_HORIZON"] = "LATEST",
        bisect_batch_on_function_error: bool = False,
        maximum_retry_attempts: int | None = None,
        maximum_record_age_seconds: int | None = None,
        on_failure: Function | str | None = None,
        report_batch_item_failures: bool = False,
        tumbling_window_seconds: int = 0,
        filters: Sequence[Mapping[str, Any] | str] = (),
        enabled: bool | None = None,
        stream_view_type: Literal[
            "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"
        ] = "NEW_AND_OLD_IMAGES",
    ) -> Any:
        """Call a function, or POST to a URL, with what changes in a table, by the rules of Lambda's triggers.

        The event is Lambda's: `{"Records": [...]}`. A table without a stream gets one, of `stream_view_type`;
        a table with a stream keeps it. A function that raises is called again with the same records until it
        succeeds, `maximum_retry_attempts` were made or the records are too old; what is given up is told to
        `on_failure`: a function, a URL, or the name of a `function`. `filters` are patterns of EventBridge.

        On a virtual clock functions run while it moves, on the thread that moves it; on the system's clock at
        once, on threads of their own. Without `function` this is a decorator; with it, it gives a `Trigger`.

        A database with a `path` keeps the trigger and how far it has come. The same call, when that is
        opened again, goes on there, with the options it gives; whether it is enabled stays unless it is said.
        It is the same trigger where the table and `name` are the same; without it, the function's own name
        counts. A call that had not ended when the process did is made again: each change is seen once, or
        again with the batch that was under way.

        >>> from dynacore import Database, VirtualClock
        >>> clock = VirtualClock()
        >>> db = Database(clock=clock)
        >>> cars = db.resource().create_table(
        ...     TableName="cars",
        ...     KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ...     AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        ...     BillingMode="PAY_PER_REQUEST",
        ... )
        >>> @db.on_change("cars", filters=[{"eventName": ["INSERT"]}])
        ... def greet(event):
        ...     print([record["dynamodb"]["Keys"]["id"]["N"] for record in event["Records"]])
        >>> _ = cars.put_item(Item={"id": 1})
        >>> _ = cars.delete_item(Key={"id": 1})
        >>> clock.advance(1)
        ['1']
        """
        options = {
            "batch_size": batch_size,
            "batching_window_seconds": batching_window_seconds,
            "parallelization_factor": parallelization_factor,
            "bisect_batch_on_function_error": bisect_batch_on_function_error,
            "maximum_retry_attempts": maximum_retry_attempts,
            "maximum_record_age_seconds": maximum_record_age_seconds,
            "on_failure": on_failure,
            "report_batch_item_failures": report_batch_item_failures,
            "tumbling_window_seconds": tumbling_window_seconds,
            "filters": filters,
            "enabled": enabled,
        }

        def decorate(function: _Function) -> _Function:
            self._map(self._stream_of(table, stream_view_type), (name, function), starting_position, options)
            return function

        if function is None:
            return decorate
        return self._map(
            self._stream_of(table, stream_view_type), (name, function), starting_position, options
        )

    if TYPE_CHECKING:

        @overload
        def schedule(
            self, expression: str, **options: Unpack[_trigger_parameters.RuleOptions]
        ) -> Callable[[_Function], _Function]: ...
        @overload
        def schedule(
            self,
            expression: str,
            function: Function | str,
            **options: Unpack[_trigger_parameters.RuleOptions],
        ) -> Rule: ...

    def schedule(
        self,
        expression: str,
        function: Function | str | None = None,
        *,
        name: str | None = None,
        input: Any = None,  # noqa: A002
        enabled: bool | None = None,
    ) -> Any:
        """Call a function again and again: `rate(5 minutes)`, or `cron(0 9 * * ? *)` in UTC.

        It is a rule of EventBridge. The function gets EventBridge's scheduled event, or `input`. A database
        with a `path` keeps the rule; the same call, when that is opened again, goes on with it: once if it
        was to be called meanwhile.
        Without `function` this is a decorator; with it, it gives a `Rule`.

        >>> from dynacore import Database, VirtualClock
        >>> clock = VirtualClock(start=1_700_000_000)
        >>> db = Database(clock=clock)
        >>> rule = db.schedule("rate(5 minutes)", lambda event: print(event["time"]))
        >>> clock.advance(600)
        2023-11-14T22:18:20Z
        2023-11-14T22:23:20Z
        """
        return self._rule({"ScheduleExpression": expression}, function, (name, input, enabled))

    if TYPE_CHECKING:

        @overload
        def on_event(
            self, pattern: Mapping[str, Any] | str, **options: Unpack[_trigger_parameters.RuleOptions]
        ) -> Callable[[_Function], _Function]: ...
        @overload
        def on_event(
            self,
            pattern: Mapping[str, Any] | str,
            function: Function | str,
            **options: Unpack[_trigger_parameters.RuleOptions],
        ) -> Rule: ...

    def on_event(
        self,
        pattern: Mapping[str, Any] | str,
        function: Function | str | None = None,
        *,
        name: str | None = None,
        input: Any = None,  # noqa: A002
        enabled: bool | None = None,
    ) -> Any:
        """Call a function with events of `client("events").put_events` that match a pattern of EventBridge.

        Without `function` this is a decorator; with it, it gives a `Rule`.
        """
        import json

        text = pattern if isinstance(pattern, str) else json.dumps(pattern)
        return self._rule({"EventPattern": text}, function, (name, input, enabled))

    def _add_function(self, name: str, function: Function | str) -> None:
        from dynacore._triggers import as_function

        runner, called = self._runner, as_function(function)
        # First here: what waited for it is called as soon as the engine knows it.
        before = runner.add(name, called)
        is_name = False
        try:
            is_name = self._core.add_function(name, function if isinstance(function, str) else None)
        finally:
            if not is_name:
                runner.put_back(name, before)
        if not is_name:
            raise ValueError(f"the name of a function has letters, digits, - and _, 64 at most: {name!r}")
        self._stored_urls.pop(name, None)

    def _free_name(self, wanted: str, function: Function | str) -> str:
        """Make a name for a function: what a stored URL had, or one that nobody has."""
        from dynacore._triggers import free_name

        stem = free_name(wanted, ())
        stored = (name for name, url in self._stored_urls.items() if url == function)
        return next((name for name in stored if name.startswith(stem)), None) or free_name(
            wanted, self._runner.names()
        )

    def _remove_functions(self, names: Sequence[str]) -> None:
        for name in names:
            self._runner.remove(name)
            self._core.remove_function(name)

    def _stream_of(self, table: str, view_type: str) -> str:
        client = self.client()
        description = client.describe_table(TableName=table)["Table"]  # type: ignore[attr-defined]
        if not description.get("StreamSpecification", {}).get("StreamEnabled"):
            specification = {"StreamEnabled": True, "StreamViewType": view_type}
            changed = client.update_table(TableName=table, StreamSpecification=specification)  # type: ignore[attr-defined]
            description = changed["TableDescription"]
        arn: str = description["LatestStreamArn"]
        return arn

    def _map(
        self,
        stream_arn: str,
        named: tuple[str | None, Function | str],
        starting_position: Any,
        options: dict[str, Any],
    ) -> Trigger:
        from dynacore._triggers import Trigger, changed_parameters, mapping_parameters

        given_name, function = named
        table = stream_arn.split("/")[1]
        wanted = f"{table}-{getattr(function, '__name__', 'function')}"
        name = given_name or self._free_name(wanted, function)
        client: LambdaClient = self.client("lambda")  # type: ignore[assignment]
        made: list[str] = []
        try:
            destination = options["on_failure"]
            if callable(destination) or (destination is not None and "://" in destination):
                made.append(self._free_name(f"{name}-failure", destination))
                self._add_function(made[0], destination)
                options = {**options, "on_failure": made[0]}
            parameters = mapping_parameters(options)
            mapping = self._stored_mapping(stream_arn, name)
            if mapping is not None and (changed := changed_parameters(parameters, mapping)):
                mapping = client.update_event_source_mapping(UUID=mapping["UUID"], **changed)
            self._add_function(name, function)
            made.append(name)
            if mapping is None:
                mapping = client.create_event_source_mapping(
                    EventSourceArn=stream_arn,
                    FunctionName=name,
                    StartingPosition=starting_position,
                    **parameters,
                )
        except BaseException:
            self._remove_functions(made)
            raise
        return Trigger(client, mapping["UUID"], lambda: self._remove_functions(made))

    def _stored_mapping(self, stream_arn: str, name: str) -> dict[str, Any] | None:
        client: LambdaClient = self.client("lambda")  # type: ignore[assignment]
        arn = f"arn:aws:lambda:{self.region}:{self.account_id}:function:{name}"
        pages = client.get_paginator("list_event_source_mappings").paginate(EventSourceArn=stream_arn)
        found = (mapping for page in pages for mapping in page["EventSourceMappings"])
        return next((mapping for mapping in found if mapping["FunctionArn"] == arn), None)

    def _rule(
        self,
        what: dict[str, Any],
        function: Function | str | None,
        options: tuple[str | None, Any, bool | None],
    ) -> Any:
        from dynacore._triggers import Rule

        if function is None:

            def decorate(function: _Function) -> _Function:
                self._rule(what, function, options)
                return function

            return decorate
        given_name, given_input, enabled = options
        client: Any = self.client("events")
        name = given_name or self._free_name(getattr(function, "__name__", "rule"), function)
        if enabled is None:
            # One that is stored stays as it was left.
            stored = client.list_rules(NamePrefix=name)["Rules"]
            enabled = all(rule["State"] == "ENABLED" for rule in stored if rule["Name"] == name)
        client.put_rule(Name=name, State="ENABLED" if enabled else "DISABLED", **what)
        self._add_function(name, function)
        arn = f"arn:aws:lambda:{self.region}:{self.account_id}:function:{name}"
        target = {"Id": "function", "Arn": arn}
        if given_input is not None:
            import json

            target["Input"] = json.dumps(given_input)
        client.put_targets(Rule=name, Targets=[target])
        return Rule(client, name, lambda: self._remove_functions([name]))
