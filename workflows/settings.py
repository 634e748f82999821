"""`node.input=value` and a prompt -> the prompt filled in, and the files it needs on the server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..messages import Message
from ..mistakes import InputError, Mistake, Place, nearest
from .catalogue import MISSING, Catalogue, Input
from .flatten import unknown_type
from .prompt import Node, Prompt

_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file here that an input names and the server does not have."""

    node: str
    input: str
    path: Path


def check(prompt: Prompt, catalogue: Catalogue, file: str) -> None:
    """Raises `InputError` naming every node of a type the server does not have."""
    place = Place(file)
    unknown = [
        unknown_type(place, node.id, node.type, catalogue)
        for node in prompt
        if node.type not in catalogue
    ]
    if unknown:
        raise InputError(unknown)


def fill(prompt: Prompt, catalogue: Catalogue) -> Prompt:
    """Give every input that is missing its default: a server fills in none by itself."""
    return Prompt({node.id: _filled(node, catalogue) for node in prompt})


def _filled(node: Node, catalogue: Catalogue) -> Node:
    inputs = dict(node.inputs)
    for each in catalogue[node.type].given(inputs):
        if each.required and each.default is not MISSING:
            inputs.setdefault(each.name, each.default)
    return Node(node.id, node.type, node.title, inputs)


def apply(prompt: Prompt, settings: Iterable[str], catalogue: Catalogue) -> Prompt:
    """Set inputs; raises `InputError` with every setting that does not fit.

    Where an input takes a file of the server and the value names one here, it becomes a `Path`.
    """
    mistakes: list[Mistake] = []
    for setting in settings:
        try:
            prompt = _set(prompt, setting, catalogue)
        except InputError as error:
            mistakes += error.mistakes
    if mistakes:
        raise InputError(mistakes)
    return prompt


def _set(prompt: Prompt, setting: str, catalogue: Catalogue) -> Prompt:
    place = Place("--set")
    path, equals, value = setting.partition("=")
    if not equals or "." not in path:
        what = Message('"{}" is not of the form node.input=value.', setting)
        raise InputError.at(place, what, 'For instance: --set "Synthesize.text=你好"')
    node, input_name = _node_and_input(prompt, path)
    known = {each.name: each for each in catalogue[node.type].given(node.inputs)}
    if input_name not in known:
        what = Message('Node {} has no input "{}".', node, input_name)
        raise InputError.at(place, what, nearest(input_name, known))
    if not known[input_name].widget:
        what = Message('Input "{}" of node {} comes from another node.', input_name, node)
        raise InputError.at(place, what, "Set an input of that node.")
    return prompt.having(node.having(**{input_name: _typed(value, known[input_name])}))


def _node_and_input(prompt: Prompt, path: str) -> tuple[Node, str]:
    """Titles and inputs may both hold dots, so the first cut that names a node counts."""
    cuts = [i for i, character in enumerate(path) if character == "."]
    for cut in cuts:
        found = prompt.find(path[:cut])
        if len(found) == 1:
            return found[0], path[cut + 1 :]
        if found:
            which = ", ".join(str(node) for node in found)
            what = Message('"{}" could be any of several nodes: {}.', path[:cut], which)
            raise InputError.at(Place("--set"), what, "Name it by its number.")
    name = path[: cuts[0]]
    what = Message('The workflow has no node "{}".', name)
    raise InputError.at(Place("--set"), what, nearest(name, prompt.names()))


def _typed(value: str, wanted: Input) -> Any:
    """What a person typed, as the type the input takes."""
    place = Place(f"--set …{wanted.name}")
    if wanted.upload and Path(value).is_file():
        return Path(value)
    if wanted.choices is not None:
        if value not in [str(choice) for choice in wanted.choices]:
            what = Message('"{}" cannot be chosen.', value)
            raise InputError.at(place, what, nearest(value, map(str, wanted.choices)))
        return next((choice for choice in wanted.choices if str(choice) == value), value)
    if wanted.type == "BOOLEAN":
        if value.lower() not in _YES + _NO:
            raise InputError.at(
                place, Message('"{}" is neither true nor false.', value), "Write one."
            )
        return value.lower() in _YES
    if wanted.type in ("INT", "FLOAT"):
        try:
            return int(value) if wanted.type == "INT" else float(value)
        except ValueError:
            kind = "a whole number" if wanted.type == "INT" else "a number"
            raise InputError.at(
                place, Message('"{}" is not {}.', value, kind), "Write one."
            ) from None
    return value


def uploads(prompt: Prompt, catalogue: Catalogue, beside: Path) -> list[Upload]:
    """Files that are to be on the server before the prompt can run.

    A person may name any file of theirs in a setting. A workflow may name only what lies in the
    folder `beside` it, since it can come from anybody.
    """
    found = []
    for node in prompt:
        for each in catalogue[node.type].given(node.inputs):
            value = node.inputs.get(each.name)
            if isinstance(value, Path):
                found.append(Upload(node.id, each.name, value))
            elif each.upload and isinstance(value, str) and value not in (each.choices or ()):
                path = beside / value
                if path.is_file() and path.resolve().is_relative_to(beside.resolve()):
                    found.append(Upload(node.id, each.name, path))
    return found
