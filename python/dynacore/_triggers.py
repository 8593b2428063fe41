"""Triggers: functions that are called with the changes of tables, on a schedule, or for events."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import re
import threading
import weakref
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from dynacore._client import EventsClient, LambdaClient
    from dynacore._core import Database as Core
    from dynacore._core import Invocation

Function = Callable[..., Any]
"""Takes an event, and a context where it has a second parameter; may be `async`."""

# Threads that call functions at the same time, at most.
_WORKERS_MAX = 32
# How long an answer of a URL may take, and the end of a function when a database is closed.
_URL_SECONDS = 60
_CLOSE_SECONDS = 5

_LOGGER = logging.getLogger("dynacore.triggers")


class Context:
    """What a function is told of its call: the part of Lambda's context object that has a meaning here."""

    function_version = "$LATEST"

    def __init__(self, function_name: str, invoked_function_arn: str, aws_request_id: str) -> None:
        self.function_name = function_name
        self.invoked_function_arn = invoked_function_arn
        self.aws_request_id = aws_request_id

    def __repr__(self) -> str:
        return f"<dynacore context of {self.function_name}, {self.aws_request_id}>"


class Runner:
    """Calls functions: while a virtual clock moves on the thread that moves it, else on threads of its own.

    The engine keeps a weak reference to it, because functions usually hold their database.
    """

    def __init__(self, core: Core, *, is_virtual: bool) -> None:
        self._functions: dict[str, Function] = {}
        self._is_virtual = is_virtual
        self._is_closed = False
        self._workers = _Workers(core, weakref.ref(self))
        if is_virtual:
            core.set_invoker(_weakly(self))
        else:
            # Also at the end of the process, while threads can still be waited for.
            self._finalizer = weakref.finalize(self, self._workers.stop)

    def add(self, name: str, function: Function) -> Function | None:
        """Run `function` when `name` is called; give the function that had the name."""
        before = self._functions.get(name)
        self._functions[name] = function
        if not self._is_virtual:
            self._workers.start()
        return before

    def put_back(self, name: str, function: Function | None) -> None:
        """Undo `add`, which gave `function`."""
        if function is None:
            self.remove(name)
        else:
            self._functions[name] = function

    def remove(self, name: str) -> None:
        """Forget a function."""
        self._functions.pop(name, None)

    def names(self) -> set[str]:
        """Tell which functions there are."""
        return set(self._functions)

    def run(self, invocation: Invocation) -> None:
        """Make a call and report what became of it.

        What is no `Exception` (a test framework's end of a test, Ctrl-C) is a failure and is raised as well.
        """
        if self._is_closed:
            # Nobody says what became of it, so nothing follows.
            return
        try:
            answer = self._call(invocation)
        except BaseException as error:
            invocation.fail()
            if not isinstance(error, Exception):
                raise
            _LOGGER.warning("%s failed: %r", invocation.function, error, exc_info=error)
        else:
            invocation.succeed(answer)

    def _call(self, invocation: Invocation) -> str | None:
        function = self._functions.get(invocation.function)
        if function is None:
            raise LookupError(f"there is no function {invocation.function!r} any more")
        context = Context(invocation.function, invocation.function_arn, invocation.request_id)
        answer = function(json.loads(invocation.event()), context)
        if inspect.iscoroutine(answer):
            answer = _finish(answer)
        return json.dumps(answer) if invocation.wants_answer else None

    def close(self) -> None:
        """Call nothing any more; calls under way on threads are waited for, for some seconds."""
        self._is_closed = True
        if not self._is_virtual:
            self._finalizer()


class _Workers:
    """Threads that wait for calls. There is always one that waits, up to a limit."""

    def __init__(self, core: Core, runner: weakref.ref[Runner]) -> None:
        self._core = core
        self._runner = runner
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._waiting = 0

    def start(self) -> None:
        """Start the first thread."""
        with self._lock:
            if not self._threads:
                self._add()

    def stop(self) -> None:
        """Let all threads end."""
        self._core.stop_waiting()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_CLOSE_SECONDS)

    def _add(self) -> None:
        thread = threading.Thread(
            target=self._work, name=f"dynacore-trigger-{len(self._threads) + 1}", daemon=True
        )
        self._threads.append(thread)
        self._waiting += 1
        thread.start()

    def _work(self) -> None:
        while (invocation := self._core.wait_for_invocation()) is not None:
            with self._lock:
                self._waiting -= 1
                if self._waiting == 0 and len(self._threads) < _WORKERS_MAX:
                    self._add()
            runner = self._runner()
            if runner is None:
                return
            try:
                runner.run(invocation)
            except BaseException as error:
                # Nobody is above to catch what is no Exception.
                _LOGGER.warning("%s failed: %r", invocation.function, error, exc_info=error)
            del runner, invocation
            with self._lock:
                self._waiting += 1


def _weakly(runner: Runner) -> Callable[[Invocation], None]:
    reference = weakref.ref(runner)

    def call(invocation: Invocation) -> None:
        found = reference()
        if found is not None:
            found.run(invocation)

    return call


def _finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end, also where this thread is inside of an event loop already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    outcome: list[Any] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(asyncio.run(coroutine))
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, name="dynacore-coroutine")
    thread.start()
    thread.join()
    if raised:
        raise raised[0]
    return outcome[0]


def as_function(target: Function | str) -> Function:
    """Make what the runner calls with event and context of a callable or of the URL of one."""
    if isinstance(target, str):
        return _poster(target)
    if not callable(target):
        raise TypeError(f"a function or a URL, not {target!r}")
    function = target
    return function if _takes_context(function) else lambda event, _: function(event)


def _poster(url: str) -> Function:
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"a URL begins with http:// or https://, not {url!r}")

    def post(event: Any, context: Context) -> Any:
        headers = {"Content-Type": "application/json", "X-Amz-Request-Id": context.aws_request_id}
        request = Request(url, json.dumps(event).encode(), headers)
        # Another status than success is raised.
        with urlopen(request, timeout=_URL_SECONDS) as answer:
            body = answer.read()
        return json.loads(body) if body.strip() else None

    post.__name__ = "url"
    return post


def _takes_context(function: Function) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p for p in positional if p.default is p.empty]
    return len(required) > 1 or any(p.kind is p.VAR_POSITIONAL for p in parameters)


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """Make a name that Lambda allows and nobody has."""
    stem = re.sub(r"[^A-Za-z0-9_]+", "-", wanted).strip("-")[:56] or "function"
    taken = set(taken)
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def mapping_parameters(options: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the options of `on_change` into the parameters of an event source mapping."""
    parameters: dict[str, Any] = {}
    for name, value in options.items():
        if name == "filters":
            patterns = [value if isinstance(value, str) else json.dumps(value) for value in value]
            parameters["FilterCriteria"] = {"Filters": [{"Pattern": pattern} for pattern in patterns]}
        elif name == "on_failure":
            destination = {} if value is None else {"Destination": value}
            parameters["DestinationConfig"] = {"OnFailure": destination}
        elif name == "report_batch_item_failures":
            parameters["FunctionResponseTypes"] = ["ReportBatchItemFailures"] if value else []
        elif name == "enabled":
            # Enabled where nothing is said; one that is stored stays as it was left.
            if value is not None:
                parameters["Enabled"] = value
        else:
            parameters[_MEMBERS[name]] = -1 if value is None else value
    return parameters


def changed_parameters(parameters: Mapping[str, Any], mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Leave of the parameters what an event source mapping does not have already."""
    is_enabled = mapping["State"] not in ("Disabled", "Disabling")
    there = {"FilterCriteria": {"Filters": []}, **mapping, "Enabled": is_enabled}
    return {name: value for name, value in parameters.items() if there.get(name) != value}


_MEMBERS = {
    "batch_size": "BatchSize",
    "batching_window_seconds": "MaximumBatchingWindowInSeconds",
    "parallelization_factor": "ParallelizationFactor",
    "bisect_batch_on_function_error": "BisectBatchOnFunctionError",
    "maximum_retry_attempts": "MaximumRetryAttempts",
    "maximum_record_age_seconds": "MaximumRecordAgeInSeconds",
    "tumbling_window_seconds": "TumblingWindowInSeconds",
}


class Trigger:
    """An event source mapping: what `on_change` makes."""

    def __init__(self, client: LambdaClient, uuid: str, forget: Callable[[], None]) -> None:
        self._client = client
        self._forget = forget
        self.uuid = uuid

    def describe(self) -> dict[str, Any]:
        """Describe it, as `get_event_source_mapping` does."""
        return self._client.get_event_source_mapping(UUID=self.uuid)

    @property
    def state(self) -> str:
        """What it does: "Enabled", "Disabled", or what it is becoming."""
        state: str = self.describe()["State"]
        return state

    def disable(self) -> None:
        """Stop it. What it has not handled waits, for as long as the stream keeps it."""
        self._client.update_event_source_mapping(UUID=self.uuid, Enabled=False)

    def enable(self) -> None:
        """Let it go on where it stopped."""
        self._client.update_event_source_mapping(UUID=self.uuid, Enabled=True)

    def delete(self) -> None:
        """End it. The names that its functions got for it are forgotten."""
        self._client.delete_event_source_mapping(UUID=self.uuid)
        self._forget()

    def __repr__(self) -> str:
        return f"<dynacore trigger {self.uuid}>"


class Rule:
    """A rule of EventBridge with one function: what `schedule` and `on_event` make."""

    def __init__(self, client: EventsClient, name: str, forget: Callable[[], None]) -> None:
        self._client = client
        self._forget = forget
        self.name = name

    def describe(self) -> dict[str, Any]:
        """Describe it, as `describe_rule` does."""
        return self._client.describe_rule(Name=self.name)

    def disable(self) -> None:
        """Switch it off."""
        self._client.disable_rule(Name=self.name)

    def enable(self) -> None:
        """Switch it on."""
        self._client.enable_rule(Name=self.name)

    def delete(self) -> None:
        """End it. The name of its function is forgotten."""
        self._client.remove_targets(Rule=self.name, Ids=["function"])
        self._client.delete_rule(Name=self.name)
        self._forget()

    def __repr__(self) -> str:
        return f"<dynacore rule {self.name}>"
