"""A command whose parameters are groups of options -> one that Typer reads option by option."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

import typer

from ..glmtts_runtime.options import Option, options_of

WHO_SPEAKS = "Who speaks"
"""The panel of the help for all that chooses an engine and its voices."""


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """`command`, with every parameter that is a dataclass replaced by the dataclass's fields.

    Typer reads a command's options from its signature. The one it is shown here has a group's
    fields in the group's place; when the command runs, the group is made of them again.
    """
    signature = inspect.signature(command, eval_str=True)
    groups: dict[str, Any] = {
        name: parameter.annotation
        for name, parameter in signature.parameters.items()
        if is_dataclass(parameter.annotation)
    }
    shown: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        if name in groups:
            shown += _options(groups[name])
        else:
            shown.append(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY))

    @functools.wraps(command)
    def run(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = _made(group, given)
        command(**given)

    run.__signature__ = signature.replace(parameters=shown)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    return run


def _options(group: Any) -> Iterator[inspect.Parameter]:
    """The fields of a group as parameters; a field that is a group itself, as its own fields.

    A group of the runtime's shows only what its table of options has.
    """
    types = get_type_hints(group, include_extras=True)
    table = options_of(group)
    for field in fields(group):
        kind = types[field.name]
        if is_dataclass(kind):
            yield from _options(kind)
        elif field.name in table or not table:
            option = table.get(field.name)
            yield inspect.Parameter(
                field.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if field.default is MISSING else field.default,
                annotation=_annotated(field, option, get_args(kind)[0]) if option else kind,
            )


def _annotated(field: Field[Any], option: Option, kind: Any) -> Any:
    """The type of a field of the engine's options, with what Typer wants to know of it."""
    flag = f"--{field.name.replace('_', '-')}"
    told = typer.Option(
        f"{flag}/--no-{field.name}" if field.default is True else flag,
        min=option.low,
        max=option.high,
        metavar="DIR" if kind == Path | None else None,
        envvar=option.env,
        help=option.help,
        rich_help_panel=WHO_SPEAKS,
    )
    # What is none of the choices is told by the runtime, together with all other mistakes.
    return Annotated[str if option.choices else kind, told]


def _made(group: Any, given: dict[str, Any]) -> Any:
    """A group made of the parameters it was shown as, which are taken out of `given`."""
    types = get_type_hints(group)
    values = {
        field.name: _made(types[field.name], given)
        if is_dataclass(types[field.name])
        else given.pop(field.name)
        for field in fields(group)
        if is_dataclass(types[field.name]) or field.name in given
    }
    return group(**values)
