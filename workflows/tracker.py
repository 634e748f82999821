"""A server's messages about a prompt, one by one -> how far it is and whether it has ended."""

from __future__ import annotations

from typing import Any

from ..progress import Report
from .prompt import Prompt

NODES = "nodes"
_ENDS = ("execution_success", "execution_error", "execution_interrupted")


class Tracker:
    """Follows one prompt; messages about others are not for it."""

    def __init__(self, prompt: Prompt, prompt_id: str, report: Report) -> None:
        self._titles = {node.id: node.title for node in prompt}
        self._prompt_id = prompt_id
        self._report = report
        self._done: set[str] = set()
        self._running: str | None = None

    def take(self, message: Any) -> bool:
        """Report what a message tells; true if it is the last one."""
        data = message.get("data") if isinstance(message, dict) else None
        if not isinstance(data, dict) or data.get("prompt_id") != self._prompt_id:
            return False
        kind, node = message.get("type"), data.get("node")
        if kind == "execution_cached":
            self._finish(*data.get("nodes", ()))
        elif kind == "executing":
            if self._running:
                self._finish(self._running)
            self._running = node
        elif kind == "progress" and node in self._titles:
            most = max(1, int(data["max"]))
            self._report(self._titles[node], min(most, max(0, int(data["value"]))), most)
        elif kind == "execution_success":
            self._finish(*self._titles)
        return kind in _ENDS

    def _finish(self, *nodes: str) -> None:
        self._done.update(set(nodes) & set(self._titles))
        self._report(NODES, len(self._done), len(self._titles))
