"""A server's /object_info -> which node types it has, and the inputs of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MISSING = object()
"""The default of an input that has none."""

_WIDGETS = ("INT", "FLOAT", "STRING", "BOOLEAN", "COMBO", "COLOR", "COMFY_DYNAMICCOMBO_V3")
_BESIDES = ("AUDIO_UI", "AUDIO_RECORD", "IMAGEUPLOAD", "WEBCAM")
"""Types of widgets the editor draws and saves whose value means nothing to a server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input of a node type."""

    name: str
    type: str
    required: bool
    widget: bool
    """Whether the editor draws a field for it, whose value it saves."""
    default: Any
    """MISSING where there is none."""
    choices: tuple[Any, ...] | None
    """What may be chosen, where it is a choice."""
    upload: bool
    """Whether its value is the name of a file that was uploaded."""
    counted: bool
    """Whether the editor draws a second field after it: what becomes of the value after a run."""
    children: Mapping[str, tuple[Input, ...]]
    """By choice: the inputs there are only then, with whole names such as `format.quality`."""


@dataclass(frozen=True, slots=True)
class NodeType:
    """What a server says of one node type."""

    name: str
    title: str
    inputs: tuple[Input, ...]

    def given(self, values: Mapping[str, Any]) -> Iterator[Input]:
        """The inputs in the editor's order, with those that the chosen values bring along."""
        return _given(self.inputs, values)


Catalogue = Mapping[str, NodeType]


def read_catalogue(object_info: Mapping[str, Any]) -> Catalogue:
    """The node types of a server, by name; raises errors of many kinds for another form."""
    return {
        name: NodeType(
            name=name,
            title=spec.get("display_name") or name,
            inputs=tuple(_inputs(spec.get("input", {}), spec.get("input_order", {}), "")),
        )
        for name, spec in object_info.items()
    }


def _given(inputs: tuple[Input, ...], values: Mapping[str, Any]) -> Iterator[Input]:
    for each in inputs:
        yield each
        if each.children:
            chosen = values.get(each.name, each.default)
            if isinstance(chosen, str):  # else it comes from another node
                yield from _given(each.children.get(chosen, ()), values)


def _inputs(
    spec: Mapping[str, Any], order: Mapping[str, list[str]], prefix: str
) -> Iterator[Input]:
    for kind in ("required", "optional"):
        listed = spec.get(kind) or {}
        for name in order.get(kind) or listed:
            if name in listed:
                yield _input(prefix + name, listed[name], required=kind == "required")


def _input(name: str, spec: Any, *, required: bool) -> Input:
    type_, *more = spec
    options: Mapping[str, Any] = more[0] if more and isinstance(more[0], dict) else {}
    choices = type_ if isinstance(type_, list) else options.get("options")
    children: dict[str, tuple[Input, ...]] = {}
    if type_ == "COMFY_DYNAMICCOMBO_V3":
        children = {
            each["key"]: tuple(_inputs(each["inputs"], {}, f"{name}.")) for each in choices or ()
        }
        choices = list(children)
    if any(isinstance(choice, (list, dict)) for choice in choices or ()):
        raise TypeError("a choice is a name or a number")
    default = options.get("default", MISSING)
    if default is MISSING and choices:
        default = choices[0]  # as the editor does
    kind = "COMBO" if isinstance(type_, list) else str(type_)
    return Input(
        name=name,
        type=kind,
        required=required,
        widget=kind in _WIDGETS + _BESIDES and not options.get("forceInput"),
        default=default,
        choices=None if choices is None else tuple(choices),
        upload=any(key.endswith("_upload") and options[key] is True for key in options),
        counted=bool(options.get("control_after_generate"))
        or (kind == "INT" and name in ("seed", "noise_seed")),
        children=children,
    )
