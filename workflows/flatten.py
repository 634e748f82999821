"""A workflow as the editor saves it, and a server's nodes -> the prompt the editor would queue."""

from __future__ import annotations

from typing import Any

from ..messages import Message
from ..mistakes import InputError, Mistake, Place, nearest
from .catalogue import MISSING, Catalogue, NodeType
from .prompt import Node, Prompt
from .ui_workflow import ALWAYS, BYPASSED, MUTED, UINode, UIWorkflow

_REROUTE, _PRIMITIVE = "Reroute", "PrimitiveNode"
_DRAWN_ONLY = (_REROUTE, _PRIMITIVE, "Note", "MarkdownNote")
"""Nodes of the editor that no server knows."""
_AFTER_A_RUN = ("fixed", "increment", "decrement", "randomize")
_NOTHING = object()
"""What a link brings that leads to no running node."""


def flatten(workflow: UIWorkflow, catalogue: Catalogue) -> Prompt:
    """The nodes that would run; raises `InputError` naming every node that cannot."""
    running = [
        node
        for node in workflow.nodes.values()
        if node.mode not in (MUTED, BYPASSED) and node.type not in _DRAWN_ONLY
    ]
    mistakes = [
        _unknown(node, workflow, catalogue) for node in running if node.type not in catalogue
    ]
    if mistakes:
        raise InputError(mistakes)
    return Prompt({node.id: _flat(node, workflow, catalogue[node.type]) for node in running})


def _unknown(node: UINode, workflow: UIWorkflow, catalogue: Catalogue) -> Mistake:
    place = Place(workflow.file)
    if node.type in workflow.subgraphs:
        return Mistake(
            place,
            Message('Node {} is the subgraph "{}".', node.id, workflow.subgraphs[node.type]),
            "Unpack it in the editor, or save the workflow with Workflow > Export (API).",
        )
    return unknown_type(place, node.id, node.type, catalogue)


def unknown_type(place: Place, id: str, type: str, catalogue: Catalogue) -> Mistake:
    """The mistake for a node of a type that the server does not have."""
    close = nearest(type, catalogue) if len(catalogue) else ""
    remedy = close if close.startswith("Did you mean") else "Install the node pack it is from."
    return Mistake(
        place, Message('The server has no node "{}", which node {} is.', type, id), remedy
    )


def _flat(node: UINode, workflow: UIWorkflow, type: NodeType) -> Node:
    inputs = {
        name: {"__value__": value} if isinstance(value, list) else value
        for name, value in fields(node, type).items()
    }
    for socket in node.inputs:
        if socket.link is not None:
            brought = _origin(workflow, socket.link)
            if brought is not _NOTHING:
                inputs[socket.name] = brought
    return Node(node.id, node.type, node.title or type.title, inputs)


def fields(node: UINode, type: NodeType) -> dict[str, Any]:
    """What stands in a node's fields, by input.

    The editor saves bare values in the order of the fields. Some fields bring others along, and
    some are followed by one that is the editor's own. Fields that a node has got since the workflow
    was saved stand at their defaults.
    """
    if isinstance(node.values, dict):
        return {each.name: node.values[each.name] for each in type.given(node.values)
                if each.widget and each.name in node.values}  # fmt: skip
    found: dict[str, Any] = {}
    rest = list(node.values)
    for each in type.given(found):
        if each.widget and rest:
            found[each.name] = rest.pop(0)
            if each.counted and rest and rest[0] in _AFTER_A_RUN:
                rest.pop(0)
            if each.type == "AUDIO_UI":  # a player: drawn and saved, never sent
                del found[each.name]
        elif each.widget and node.values and each.default is not MISSING:
            found[each.name] = each.default
    return found


def _origin(workflow: UIWorkflow, link: int) -> Any:
    """Where a link really begins, as `[node id, output]`; or a plain value; or _NOTHING."""
    for _ in range(len(workflow.links) + 1):
        origin, output = workflow.links.get(link, ("", 0))
        node = workflow.nodes.get(origin)
        if node is None or node.mode == MUTED:
            return _NOTHING
        if node.type == _PRIMITIVE:
            return node.values[0] if isinstance(node.values, list) and node.values else _NOTHING
        if node.mode == ALWAYS and node.type != _REROUTE:
            return [node.id, output]
        through = 0 if node.type == _REROUTE else _way_through(node, output)
        if through is None or through >= len(node.inputs):
            return _NOTHING
        next_link = node.inputs[through].link
        if next_link is None:
            return _NOTHING
        link = next_link
    raise InputError.at(
        Place(workflow.file), "Its links run in a circle.", "Draw them anew in the editor."
    )


def _way_through(node: UINode, output: int) -> int | None:
    """The input that a bypassed node hands on as that output."""
    if output >= len(node.outputs):
        return None
    wanted = node.outputs[output]
    types = [socket.type for socket in node.inputs]
    if output < len(types) and (types[output] in (wanted, "*") or wanted == "*"):
        return output
    return next((place for place, type in enumerate(types) if type in (wanted, "*")), None)
