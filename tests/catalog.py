"""What people are told -> the catalogues: `python tests/catalog.py` brings them up to date.

Ids are the English sentences. They are every template and every whole sentence of the sources,
the help of every command and option, the counted nouns, and what Typer and Click say themselves.
The `.mo` files lie in the repository, since ComfyUI runs a clone of it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

_ALWAYS = datetime(2026, 12, 1, tzinfo=timezone.utc)
"""So that the same words are the same bytes."""
ROOT = Path(__file__).parents[1]
LANGUAGES = ("zh",)
_OTHERS = ("bench/", "docs/", "examples/", "scripts/make_", "serve/", "tests/")
"""What is no part of the package; and what only programs read: the server speaks English."""
_NOT_TOLD = ("glmtts_runtime/kokoro/data/", "pronunciation/chinese/", "pronunciation/data/",
             "pronunciation/english/")  # fmt: skip
"""Rules and data of languages: their texts are spoken, or made of spoken ones."""
_PLACEHOLDER = re.compile(r"(?<!\{)\{[0-9]*(?::[^{}]*)?\}(?!\})")
_PATTERN = re.compile(
    r"\{\}\[|\\[dSsw.*+?\[({]|\[[A-Za-z0]-|\(\?|^[A-Z]+ .*\b(FROM|INTO|SET)\b|^\[\["
)
"""Regular expressions, SQL and phonemes."""
_REFUSALS = {"Message", "refuse", "InputError.at", "Mistake"}
_SENTENCE = re.compile(r'["“`A-Z][^\n]* [^\n]*[.?!]["”)`]?')
THEIRS = (
    "Arguments", "Options", "Commands", "Error", "Usage:", "[required]", "[default: {}]",
    "[env var: {}]", "required", "default: {default}", "env var: {var}",
    "Try [blue]'{command_path} {help_option}'[/] for help.", "Show this message and exit.",
    "Missing argument", "Missing option", "Missing command.", "No such command {name!r}.",
    "No such option {name!r}.", "Option {name!r} does not take a value.",
    "Invalid value for {param_hint}: {message}", "Invalid value: {message}",
    "{name} {filename!r} does not exist.", "{name} {filename!r} is a directory.",
    "{name} {filename!r} is a file.", "{name} {filename!r} is not readable.",
    "{value!r} is not a valid {number_type}.", "{value} is not in the range {range}.",
    "file", "directory", "path",
)  # fmt: skip
"""What Typer and Click look up, of what our commands can make them say."""


def told() -> dict[str, str]:
    """Every id, with the file that it was first seen in."""
    found = dict.fromkeys(THEIRS, "typer")
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith((".", "build/", *_OTHERS, *_NOT_TOLD)):
            continue
        for text in _sentences(ast.parse(path.read_text("utf-8")), nodes=name.startswith("nodes/")):
            found.setdefault(text, name)
    for text in _help():
        found.setdefault(text, "cli")
    return found


def placeholders(text: str) -> list[str]:
    """What is filled in, in no order: `{0}` and `{}` are the same."""
    return sorted(re.sub(r"^\{[0-9]+", "{", one) for one in _PLACEHOLDER.findall(text))


def _sentences(tree: ast.Module, *, nodes: bool) -> Iterator[str]:
    """Templates and sentences of a module, without its docstrings.

    nodes: ComfyUI has the words of nodes in files of its own, so only what is refused counts.
    """
    passed, refused, named = set[int](), set[int](), set[int]()
    for node in ast.walk(tree):
        passed |= _passed(node)
        refused |= set(map(id, ast.walk(node))) if _refusal(node) else set()
        named |= set(map(id, _named(node)))
        yield from _counted(node)
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if not isinstance(text, str) or id(node) in passed or (nodes and id(node) not in refused):
            continue
        if _told(text) or (id(node) in named and re.search("[a-z]", text)):
            yield text


def _passed(node: ast.AST) -> set[int]:
    """Docstrings, and the pieces of texts that are put together."""
    body = getattr(node, "body", None)
    if isinstance(body, list):
        return {id(one.value) for one in body if isinstance(one, ast.Expr)}
    return set(map(id, node.values)) if isinstance(node, ast.JoinedStr) else set()


def _refusal(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in _REFUSALS
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"what", "remedy"}


def _named(node: ast.AST) -> list[ast.AST]:
    """What is told by where it stands, a sentence or not."""
    if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "CODES":
        return list(ast.walk(node))
    name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    return node.args[:1] if name == "Message" else node.args if name == "Finding" else []


def _counted(node: ast.AST) -> Iterator[str]:
    """The two templates of `counted(number, "line")`."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "counted" and len(node.args) == 2:
        noun = node.args[1]
        if isinstance(noun, ast.Constant) and isinstance(noun.value, str):
            yield from (f"{{}} {noun.value}", f"{{}} {noun.value}s")


def _told(text: str) -> bool:
    sentence = _PLACEHOLDER.search(text) or _SENTENCE.fullmatch(text)
    return bool(sentence and not _PATTERN.search(text))


def _help() -> Iterator[str]:
    import typer
    from comfyui_glmtts.cli.app import app

    def texts(command: Any) -> Iterator[str]:
        for owner in (command, *command.params):
            for name in ("help", "rich_help_panel"):
                text = getattr(owner, name, None)
                if isinstance(text, str) and text:
                    yield text
        for inner in getattr(command, "commands", {}).values():
            yield from texts(inner)

    yield from texts(typer.main.get_command(app))


def po(language: str) -> Path:
    return ROOT / "locales" / language / "LC_MESSAGES" / "glmtts.po"


def read(language: str) -> Catalog:
    if not po(language).is_file():
        return Catalog(locale=language)
    with po(language).open("rb") as file:
        found = read_po(file, locale=language)
    found.creation_date = _ALWAYS
    return found


def updated(language: str) -> Catalog:
    """The catalogue with the ids that are told now, their translations kept."""
    before, now = read(language), Catalog(locale=language, fuzzy=False)
    for text, where in sorted(told().items(), key=lambda item: (item[1], item[0])):
        known = before.get(text)
        now.add(text, string=known.string if known else "", locations=[(where, 0)])
    return now


def main() -> None:
    for language in LANGUAGES:
        catalog = updated(language)
        po(language).parent.mkdir(parents=True, exist_ok=True)
        with po(language).open("wb") as file:
            write_po(file, catalog, width=100, omit_header=True, include_lineno=False)
        with po(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, read(language))
        missing = [str(one.id) for one in catalog if one.id and not one.string]
        print(f"{language}: {len(catalog)} messages, {len(missing)} without translation")
        if "--missing" in sys.argv:
            print(*missing, sep="\n")


if __name__ == "__main__":
    main()
