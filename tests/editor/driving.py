"""ComfyUI's editor in a real browser, driven as people drive it: nodes, wires, Run, and a look."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, TimeoutError

from .conftest import Server

READY = "() => window.app?.graph?.nodes.length && LiteGraph.registered_node_types['GLMTTS_Export']"
"""A new window opens with a workflow of ComfyUI's own, and only then is it ready."""
QUIET_START = {
    "Comfy.InstalledVersion": "1.47.12",
    "Comfy.TutorialCompleted": True,
    "Comfy.Minimap.Visible": False,
    "Comfy.Graph.CanvasInfo": False,
    "Comfy.Graph.CanvasMenu": False,
}
"""Settings of the editor: as new people have it, but for the gallery it shows at its first start
and what lies over the canvas."""


@dataclass(frozen=True)
class Editor:
    """An open editor with nothing in it."""

    page: Page
    server: Server

    def load(self, workflow: Path) -> None:
        """Open a workflow and have all of it in view."""
        self.page.evaluate(
            "async ([workflow, name]) => { await app.loadGraphData(workflow, true, true, name) }",
            [json.loads(workflow.read_text("utf-8")), workflow.stem],
        )
        self.page.wait_for_function("() => app.graph.nodes.length > 0")
        self.show_all()

    def show_all(self) -> None:
        """Bring every node into view, as the button for it does."""
        self.page.evaluate("() => app.canvas.canvas.focus()")
        self.page.keyboard.press(".")
        self.page.wait_for_timeout(700)  # the view glides

    def bounds(self, type: str = "") -> tuple[float, float, float, float]:
        """Where in the window the nodes (of a type) are: left, top, right and bottom."""
        left, top, right, bottom = self.page.evaluate(
            """type => {
                const nodes = app.graph.nodes.filter(node => !type || node.type === type);
                const boxes = nodes.map(node => [...node.getBounding()]);
                const [lefts, tops] = [0, 1].map(side => boxes.map(box => box[side]));
                const [rights, bottoms] = [0, 1].map(
                    side => boxes.map(box => box[side] + box[side + 2]));
                return [
                    ...app.canvas.ds.convertOffsetToCanvas([Math.min(...lefts), Math.min(...tops)]),
                    ...app.canvas.ds.convertOffsetToCanvas(
                        [Math.max(...rights), Math.max(...bottoms)]),
                ];
            }""",
            type,
        )
        return left, top, right, bottom

    def add(self, title: str, x: int, y: int) -> None:
        """Find a node by its name in the search box and put it at a place of the window."""
        before = self.page.evaluate("app.graph.nodes.length")
        search = self.page.get_by_role("combobox", name="Add a node")
        for _ in range(5):  # a busy editor takes two clicks apart for two clicks
            self.page.mouse.dblclick(x, y)
            try:
                search.wait_for(timeout=4000)
                break
            except TimeoutError:
                continue
        search.fill(title)
        self.page.get_by_role("option", name=title).first.wait_for()
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(f"() => app.graph.nodes.length > {before}")
        search.wait_for(state="hidden")
        self.page.mouse.move(x + 1, y + 1)  # a new node hangs at the pointer until it is put down
        self.page.mouse.click(x, y)

    def wire(self, source: str, output: str, target: str, input: str) -> None:
        """Draw a wire with the mouse, from one type of node to another."""
        start = self._slot(source, output, "output")
        end = self._slot(target, input, "input")
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=8)
        self.page.mouse.up()

    def run(self) -> None:
        """Press Run and wait for the end."""
        finished = len(self.server.get("/history"))
        self.page.get_by_test_id("queue-button").click()
        for _ in range(600):
            if len(self.server.get("/history")) > finished:
                self.page.wait_for_timeout(500)  # what nodes show comes over the socket
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(self.server.log()[-4000:])

    def prompt(self) -> dict[str, Any]:
        """What the editor would queue."""
        found: dict[str, Any] = self.page.evaluate("async () => (await app.graphToPrompt()).output")
        return found

    def _slot(self, type: str, name: str, kind: str) -> tuple[float, float]:
        x, y = self.page.evaluate(
            """([type, name, kind]) => {
                const node = app.graph.nodes.find(node => node.type === type);
                const slots = kind === 'input' ? node.inputs : node.outputs;
                const place = slots.findIndex(slot => slot.name === name);
                const spot = kind === 'input' ? node.getInputPos(place) : node.getOutputPos(place);
                const [x, y] = app.canvas.ds.convertOffsetToCanvas(spot);
                const box = app.canvas.canvas.getBoundingClientRect();
                return [x + box.left, y + box.top];
            }""",
            [type, name, kind],
        )
        return x, y


@contextmanager
def editing(
    browser: Browser, server: Server, *, language: str = "en", width: int = 1600, height: int = 900
) -> Iterator[Editor]:
    """The editor of `server` in a window of its own; fails at the end if a script on it did."""
    server.post("/settings", QUIET_START)
    context = browser.new_context(viewport={"width": width, "height": height}, locale=language)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server.url)
    page.wait_for_function(READY, timeout=60_000)
    page.evaluate("app.graph.clear()")
    page.wait_for_timeout(1000)  # fields of that workflow's nodes lie over the canvas until then
    yield Editor(page, server)
    context.close()
    assert not errors
