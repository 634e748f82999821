"""A YAML mapping -> its typed values, one by one. What does not fit goes to the findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar, overload

from ..messages import Message
from ..mistakes import Place, nearest
from .findings import Findings, UnfitError, quoted
from .strict_yaml import Items, Node, Scalar, Table

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping whose keys are known."""

    table: Table
    findings: Findings

    @classmethod
    def of(cls, table: Table, keys: Iterable[str], findings: Findings) -> Record:
        """Notes every key that is not one of `keys`."""
        known = tuple(keys)
        for key, _ in table.entries:
            if key.text not in known:
                findings.add(
                    key.place,
                    Message("Unknown key {}.", quoted(key.text)),
                    nearest(key.text[:80], known),
                )
        return cls(table, findings)

    def place(self, key: str) -> Place:
        """Where the value under `key` is written; where the mapping begins if it is not."""
        value = self.table.get(key)
        return value.place if value else self.table.place

    @overload
    def read(self, key: str, reader: Callable[[str], T]) -> T | None: ...
    @overload
    def read(self, key: str, reader: Callable[[str], T], default: D) -> T | D: ...
    def read(self, key: str, reader: Callable[[str], T], default: D | None = None) -> T | D | None:
        """The value under `key` as `reader` makes it, or the default if it is missing or wrong."""
        value = self.table.get(key)
        return default if value is None else read(value, reader, default, self.findings)

    def read_list(self, key: str, reader: Callable[[str], T]) -> tuple[T, ...]:
        """The list under `key`, each item as `reader` makes it; a single value is a list of one."""
        value = self.table.get(key)
        if value is None:
            return ()
        nodes = value.items if isinstance(value, Items) else (value,)
        found = (read(node, reader, None, self.findings) for node in nodes)
        return tuple(item for item in found if item is not None)


def read(node: Node, reader: Callable[[str], T], default: D, findings: Findings) -> T | D:
    """One string as `reader` makes it, or the default if it is wrong or no string at all."""
    if not isinstance(node, Scalar):
        kind = "a list" if isinstance(node, Items) else "a mapping"
        findings.add(
            node.place, Message("A single value is needed here, not {}.", kind), "Write one value."
        )
        return default
    try:
        return reader(node.text)
    except UnfitError as unfit:
        findings.add(node.place, unfit.what, unfit.remedy)
        return default


def table_at(node: Node | None, what: str, findings: Findings) -> Table | None:
    """The node if it is a mapping; notes anything else but None."""
    if node is None or isinstance(node, Table):
        return node
    findings.add(
        node.place, Message("{} must be a mapping.", what), "Write `key: value` lines under it."
    )
    return None
