"""The format the editor saves -> its nodes, the fields in them, and the links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from ..messages import Message
from ..mistakes import InputError, Place

ALWAYS, MUTED, BYPASSED = 0, 2, 4

_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class Socket:
    """A place on a node where a link may end."""

    name: str
    type: str
    link: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UINode:
    """One box in the editor."""

    id: str
    type: str
    title: str
    """Empty where a person gave none."""
    mode: int
    """ALWAYS, MUTED or BYPASSED."""
    inputs: tuple[Socket, ...]
    outputs: tuple[str, ...]
    """The types of its outputs."""
    values: list[Any] | dict[str, Any]
    """What stands in its fields, in their order or by their names."""


@dataclass(frozen=True, slots=True)
class UIWorkflow:
    """A workflow as the editor saves it."""

    file: str
    nodes: dict[str, UINode]
    links: Mapping[int, tuple[str, int]]
    """By number: the node and the output a link begins at."""
    subgraphs: Mapping[str, str]
    """By type: the names of the subgraphs it defines."""


class _TornError(ValueError):
    """Something in a workflow is not as the editor writes it."""


def read_ui_workflow(data: dict[str, Any], file: str) -> UIWorkflow:
    """The editor's format, version 0.4 or 1; raises `InputError` where it is not what it claims."""
    try:
        nodes = [_node(_as(dict, node)) for node in data["nodes"]]
        links = dict(_link(link) for link in _as(list, data.get("links") or []))
        definitions = _as(dict, data.get("definitions") or {})
        subgraphs = {
            str(_as(dict, each)["id"]): str(each.get("name", each["id"]))
            for each in _as(list, definitions.get("subgraphs") or [])
        }
    except (_TornError, KeyError, IndexError) as error:
        what = Message("The workflow is damaged: {} is missing or not what it should be.", error)
        raise InputError.at(Place(file), what, "Save it again in the editor.") from None
    return UIWorkflow(file, {node.id: node for node in nodes}, links, subgraphs)


def _node(data: dict[str, Any]) -> UINode:
    values = data.get("widgets_values") or []
    return UINode(
        id=str(data["id"]),
        type=_as(str, data["type"]),
        title=_as(str, data.get("title") or ""),
        mode=_as(int, data.get("mode") or ALWAYS),
        inputs=tuple(_socket(_as(dict, each)) for each in _as(list, data.get("inputs") or [])),
        outputs=tuple(
            str(_as(dict, each).get("type")) for each in _as(list, data.get("outputs") or [])
        ),
        values=cast("dict[str, Any]", values) if isinstance(values, dict) else _as(list, values),
    )


def _socket(data: dict[str, Any]) -> Socket:
    link = data.get("link")
    return Socket(
        name=_as(str, data["name"]),
        type=str(data.get("type")),
        link=None if link is None else _as(int, link),
    )


def _link(data: Any) -> tuple[int, tuple[str, int]]:
    """Either `[number, origin, output, target, input, type]` or an object with those names."""
    if isinstance(data, dict):
        data = [data["id"], data["origin_id"], data["origin_slot"]]
    link = _as(list, data)
    return _as(int, link[0]), (str(link[1]), _as(int, link[2]))


def _as(kind: type[_Kind], value: Any) -> _Kind:
    if not isinstance(value, kind):
        raise _TornError(repr(value)[:40])
    return value
