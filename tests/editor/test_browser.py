"""The pack in the real editor, in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from comfyui_glmtts.workflows.catalogue import read_catalogue
from comfyui_glmtts.workflows.document import read_workflow
from comfyui_glmtts.workflows.flatten import flatten
from comfyui_glmtts.workflows.ui_workflow import UIWorkflow
from playwright.sync_api import Browser

from ..browser.conftest import browser
from .conftest import PACK, Server
from .driving import Editor, editing
from .locales import read, schemas

PLAYERS_AND_PREVIEWS = {"audioUI", "preview_markdown", "preview_text", "previewMode"}
"""Fields that show something; older editors queue them, too."""
EXAMPLES = sorted((PACK / "example_workflows").glob("*.json"))


__all__ = ["browser"]  # a fixture: the same Chromium as for our own pages


@pytest.fixture(scope="module")
def editor(browser: Browser, server: Server) -> Iterator[Editor]:
    with editing(browser, server) as opened:
        yield opened


def test_every_example_opens_with_no_node_missing(editor: Editor) -> None:
    for path in EXAMPLES:
        editor.load(path)
        types = editor.page.evaluate("app.graph.nodes.map(node => node.type)")
        known = editor.page.evaluate("Object.keys(LiteGraph.registered_node_types)")
        assert set(types) <= set(known), path.stem
        assert editor.page.get_by_role("dialog").count() == 0, path.stem


def test_the_command_line_queues_what_the_editor_queues(editor: Editor) -> None:
    catalogue = read_catalogue(editor.server.get("/object_info"))
    for path in EXAMPLES:
        editor.load(path)
        workflow = read_workflow(path)
        assert isinstance(workflow, UIWorkflow)
        ours, theirs = flatten(workflow, catalogue).api(), editor.prompt()
        for name, node in theirs.items():
            for extra in PLAYERS_AND_PREVIEWS & set(node["inputs"]):
                del node["inputs"][extra]
            del node["_meta"], ours[name]["_meta"]  # titles, which the editor translates
        assert ours == theirs, path.stem


def test_a_workflow_is_built_from_the_search_box_run_and_heard(
    browser: Browser,
    newest: Server,
) -> None:
    with editing(browser, newest) as editor:
        editor.add("Synthesize Speech", 350, 200)
        editor.add("Export Audio", 1000, 200)
        editor.wire("GLMTTS_Synthesize", "audio", "GLMTTS_Export", "audio")
        assert editor.page.evaluate("app.graph.links.size") == 1
        editor.run()
        player = editor.page.locator("audio").first
        player.wait_for(state="attached")
        player.evaluate("async player => { await player.play() }")
        editor.page.wait_for_function("() => document.querySelector('audio').currentTime > 0.5")
        assert 2 < player.evaluate("player => player.duration") < 10
        assert not player.evaluate("player => player.error")


def test_the_editor_speaks_chinese(browser: Browser, newest: Server) -> None:
    shown = read("zh")
    with editing(browser, newest, language="zh-CN") as editor:
        for name in schemas():
            node = editor.page.evaluate(
                """name => {
                    const node = LiteGraph.createNode(name);
                    app.graph.add(node);
                    const shown = each => each.localized_name ?? each.label ?? each.name;
                    const labels = [...(node.inputs ?? []), ...(node.widgets ?? [])].map(shown);
                    const outputs = (node.outputs ?? []).map(shown);
                    return {title: node.title, labels, outputs};
                }""",
                name,
            )
            assert node["title"] == shown[name]["display_name"]
            assert node["outputs"] == [each["name"] for each in shown[name]["outputs"].values()]
            known = {each["name"] for each in shown[name]["inputs"].values()}
            assert set(node["labels"]) - known <= {"audioUI", "生成后控制"}, name


def test_the_help_of_a_node_opens_in_chinese_with_its_picture(
    browser: Browser, newest: Server
) -> None:
    with editing(browser, newest, language="zh-CN") as editor:
        editor.page.evaluate(
            """() => {
                const node = LiteGraph.createNode('GLMTTS_Readings');
                app.graph.add(node);
                app.canvas.selectNode(node);
            }"""
        )
        editor.show_all()
        editor.page.get_by_test_id("info-button").click()
        editor.page.get_by_role("heading", name="输入", exact=True).wait_for()
        picture = editor.page.get_by_role("img", name="读音")
        picture.wait_for()
        editor.page.wait_for_function(
            "() => document.querySelector('img[alt=读音]').naturalWidth > 100"
        )
