"""A rendered script -> the line that tells how long it is and how much of it was there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..documents.counted import counted
from ..messages import Message

if TYPE_CHECKING:
    from ..production.render import Rendered


def made_of(rendered: Rendered) -> str:
    """`5:31 from 64 lines (63 as before)`."""
    minutes, seconds = divmod(round(rendered.seconds), 60)
    lines = counted(rendered.lines, "line")
    before = as_before(rendered.lines - rendered.synthesised)
    return Message("{}:{:02d} from {}{}", minutes, seconds, lines, before)


def as_before(number: int) -> str:
    """` (63 as before)`; nothing where nothing was."""
    return Message(" ({} as before)", number) if number > 0 else ""
