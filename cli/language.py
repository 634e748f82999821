"""The language in which this process talks to the person at its terminal."""

from __future__ import annotations

import functools
import gettext
import os
import sys
from typing import Any

import typer

from ..messages import DOMAIN, FOLDER, LANGUAGES, Catalog, catalog, chosen

HELP = ["-h", "--help"]
"""What asks for help."""

_FLAG = "--lang"


def spoken() -> Catalog:
    """As the flag says, which help is shown before it is parsed, or as the system does."""
    return catalog(chosen(_given(sys.argv[1:])))


def tell(text: str, *, err: bool = False) -> None:
    """Print a message in the person's language; to programs everything stays English."""
    print(spoken()(text), file=sys.stderr if err else sys.stdout)


def translate_help(command: Any) -> None:
    """Put a Click command, its options and its subcommands into the person's language."""
    if spoken().language == LANGUAGES[0]:
        return
    _translate_click()
    _translate(command)


def _translate(command: Any) -> None:
    # Made once and kept, by the names that Typer's contexts would give.
    _replace(command.get_help_option(typer.Context(command, help_option_names=HELP)), "help")
    for name in ("help", "short_help", "rich_help_panel"):
        _replace(command, name)
    for parameter in command.params:
        _replace(parameter, "help")
        _replace(parameter, "rich_help_panel")
    for inner in getattr(command, "commands", {}).values():
        _translate(inner)


def _replace(owner: Any, name: str) -> None:
    text = getattr(owner, name, None)
    if isinstance(text, str):
        setattr(owner, name, spoken()(text))


def _translate_click() -> None:
    """What Click and Typer say themselves: Click asks gettext, Typer has constants."""
    from typer import rich_utils as titles

    os.environ["LANGUAGE"] = spoken().language
    gettext.bindtextdomain(DOMAIN, FOLDER)
    gettext.textdomain(DOMAIN)
    for name in ("ARGUMENTS_PANEL_TITLE", "OPTIONS_PANEL_TITLE", "COMMANDS_PANEL_TITLE",
                 "ERRORS_PANEL_TITLE", "DEFAULT_STRING", "REQUIRED_LONG_STRING",
                 "ENVVAR_STRING", "RICH_HELP"):  # fmt: skip
        _replace(titles, name)
    # Chinese has no blanks: what cannot be broken between words would be cut off.
    titles._make_rich_text = functools.partial(_folding, titles._make_rich_text)


def _folding(make: Any, **options: Any) -> Any:
    text = make(**options)
    text.overflow = "fold"
    return text


def _given(arguments: list[str]) -> str | None:
    for number, word in enumerate(arguments):
        if word == _FLAG and number + 1 < len(arguments):
            return arguments[number + 1]
        if word.startswith(f"{_FLAG}="):
            return word.partition("=")[2]
    return None
