"""The `hooks` of watch.yaml -> Hooks: who is told that a job is done or has failed, and how."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from ...documents import fields
from ...documents.findings import Findings, UnfitError, quoted
from ...documents.record import Record
from ...documents.strict_yaml import Items, Node, Table
from ...messages import Message
from ...mistakes import Place

Event: TypeAlias = Literal["done", "failed"]

MOST = 16
MOST_WORDS = 64  # of a command

_KEYS = ("name", "on", "run", "post", "secret_file", "secret_env", "timeout", "tries")
_EVENTS: dict[str, Event] = {"done": "done", "failed": "failed"}
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramHook:
    """A program of this machine; it is given JSON on its standard input."""

    name: str
    """What deliveries waiting in the journal call it, so that an edit reaches them."""
    on: frozenset[Event]
    argv: tuple[str, ...]
    """Never seen by a shell."""
    folder: Path
    """Where it runs: that of the settings."""
    timeout: float
    """s"""
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebHook:
    """A web address; JSON is posted to it."""

    name: str
    on: frozenset[Event]
    url: str
    secret_file: Path | None
    """Holds the key of the signature; read anew for each delivery."""
    secret_env: str | None
    """Or the variable of the environment that holds it."""
    timeout: float
    tries: int


Hook: TypeAlias = ProgramHook | WebHook


def read_hooks(node: Node | None, home: Path, findings: Findings) -> tuple[Hook, ...]:
    """The list of hooks; relative paths in it start at `home`."""
    if node is None:
        return ()
    if not isinstance(node, Items):
        findings.add(node.place, '"hooks" must be a list.', "Begin each hook with a dash.")
        return ()
    if len(node.items) > MOST:
        findings.stop(
            node.items[MOST].place, Message("More than {} hooks.", MOST), "Let one tell the rest."
        )
    hooks: list[Hook] = []
    for number, item in enumerate(node.items, 1):
        if not isinstance(item, Table):
            findings.add(item.place, "A hook is a mapping.", "Write `run:` or `post:`.")
        elif hook := _hook(item, number, home, findings):
            if any(hook.name == other.name for other in hooks):
                findings.add(
                    item.place,
                    Message("Two hooks are called {}.", quoted(hook.name)),
                    "Rename one.",
                )
            hooks.append(hook)
    return tuple(hooks)


def _hook(table: Table, number: int, home: Path, findings: Findings) -> Hook | None:
    record = Record.of(table, _KEYS, findings)
    events = frozenset(record.read_list("on", fields.choice(_EVENTS)))
    timeout = record.read("timeout", fields.span(1, 3600), 30.0)
    tries = record.read("tries", fields.integer(1, 100), 10)
    run, post = table.get("run"), table.get("post")
    if (run is None) == (post is None):
        findings.add(table.place, "A hook either runs or posts.", "Write one of `run` and `post`.")
        return None
    if run is not None:
        _refuse_secrets(table, findings)
        return ProgramHook(
            name=record.read("name", _name, f"run-{number}"),
            on=events or frozenset(_EVENTS.values()),
            argv=_command(record, run.place, findings),
            folder=home,
            timeout=timeout,
            tries=tries,
        )
    hook = WebHook(
        name=record.read("name", _name, f"post-{number}"),
        on=events or frozenset(_EVENTS.values()),
        url=record.read("post", fields.url, ""),
        secret_file=record.read("secret_file", _file(home)),
        secret_env=record.read("secret_env", _variable),
        timeout=timeout,
        tries=tries,
    )
    if hook.secret_file and hook.secret_env:
        findings.add(table.place, "Two secrets are given.", "Keep the file or the variable.")
    return hook


def _refuse_secrets(table: Table, findings: Findings) -> None:
    for key in ("secret_file", "secret_env"):
        if node := table.get(key):
            findings.add(node.place, "A program needs no signature.", Message("Take {} out.", key))


def _command(record: Record, place: Place, findings: Findings) -> tuple[str, ...]:
    argv = record.read_list("run", _word)
    if len(argv) == 1 and " " in argv[0] and not isinstance(record.table.get("run"), Items):
        findings.add(place, "A command is a list; no shell reads it.", "Write `run: [program, a]`.")
    if len(argv) > MOST_WORDS:
        findings.add(
            place, Message("A command of more than {} words.", MOST_WORDS), "Put them in a script."
        )
    return argv


def _word(text: str) -> str:
    if not text or len(text) > 4000:
        raise UnfitError("A word of a command is empty or too long.", "Take it out or shorten it.")
    return text


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise UnfitError(
            Message("{} cannot be a name.", quoted(text)), "Use letters, digits, - and _."
        )
    return text


def _variable(text: str) -> str:
    if not _VARIABLE.fullmatch(text):
        raise UnfitError(
            Message("{} is no variable's name.", quoted(text)), "Write one, without a $."
        )
    return text


def _file(home: Path) -> Callable[[str], Path]:
    def read(text: str) -> Path:
        path = home / Path(text).expanduser()
        if "\0" in text or not path.is_file():
            raise UnfitError(
                Message("There is no file {}.", quoted(text)), "Make it, readable for you only."
            )
        return path.resolve()

    return read
