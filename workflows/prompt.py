"""The API format of a workflow -> nodes and their inputs: what a server runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..messages import Message
from ..mistakes import InputError, Mistake, Place, nearest


@dataclass(frozen=True, slots=True)
class Node:
    """One node to run."""

    id: str
    type: str
    title: str
    """What the editor shows above it; the type where a person gave none."""
    inputs: dict[str, Any]
    """By input: a value, or `[node id, output number]` for a link. Not to be written to."""

    def __str__(self) -> str:
        return f"{self.id} ({self.title})"

    def having(self, **inputs: Any) -> Node:
        """The same node with these inputs set."""
        return replace(self, inputs={**self.inputs, **inputs})


@dataclass(frozen=True, slots=True)
class Prompt:
    """Nodes to run, by id."""

    nodes: dict[str, Node]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())

    def having(self, node: Node) -> Prompt:
        """The same nodes with `node` in the place of the one that had its id."""
        return Prompt({**self.nodes, node.id: node})

    def api(self) -> dict[str, Any]:
        """As a server wants it."""
        return {
            node.id: {
                "class_type": node.type,
                "inputs": node.inputs,
                "_meta": {"title": node.title},
            }
            for node in self
        }

    def find(self, name: str) -> list[Node]:
        """The nodes with that id; or else that title; or else that type."""
        if name in self.nodes:
            return [self.nodes[name]]
        return [node for node in self if node.title == name] or [
            node for node in self if node.type == name
        ]

    def names(self) -> set[str]:
        """Every name a node can be found by."""
        return {name for node in self for name in (node.id, node.title, node.type)}


def is_link(value: Any) -> bool:
    """Whether the value of an input is another node's output."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], int)
    )


def read_prompt(data: dict[str, Any], file: str) -> Prompt:
    """The API format, `{id: {class_type, inputs}}`; raises `InputError` with all its mistakes."""
    nodes, mistakes = {}, []
    for name, node in data.items():
        if (
            not isinstance(node, dict)
            or not isinstance(node.get("class_type"), str)
            or not isinstance(node.get("inputs", {}), dict)
        ):
            what = Message('Node "{}" has no class_type, or its inputs are not an object.', name)
            mistakes.append(Mistake(Place(file), what, "Save it again: Workflow > Export (API)."))
            continue
        meta = node.get("_meta")
        title = meta.get("title") if isinstance(meta, dict) else None
        nodes[name] = Node(
            id=name,
            type=node["class_type"],
            title=str(title or node["class_type"]),
            inputs=node.get("inputs", {}),
        )
    for node in nodes.values():
        for input_name, value in node.inputs.items():
            if is_link(value) and value[0] not in data:
                what = Message('Input "{}" of node {} comes from "{}".', input_name, node, value[0])
                mistakes.append(Mistake(Place(file), what, nearest(value[0], nodes)))
    if mistakes:
        raise InputError(mistakes)
    return Prompt(nodes)
