"""The numbers of a date and the order they are said to be in -> year, month, day."""

from __future__ import annotations

import re


def date_order(text: str, detail: str) -> tuple[str, int, int] | None:
    """(year or "", month, day), 0 for what is not told; None if it is no date.

    detail: the order (ymd, mdy, dmy, md, dm, ym, y); without one it is guessed.
    """
    found = re.findall(r"\d+", text)
    order = detail if detail in {"ymd", "mdy", "dmy", "md", "dm", "ym", "y"} else ""
    if not order and found:
        order = {3: "ymd" if len(found[0]) == 4 else "mdy", 2: "md"}.get(len(found), "")
    if len(order) != len(found) or not order:
        return None
    values = dict(zip(order, found, strict=True))
    return values.get("y", ""), int(values.get("m", 0)), int(values.get("d", 0))
