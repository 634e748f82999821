"""What servers say of every node is what was agreed: workflows people saved depend on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import Server

GOLDEN = Path(__file__).parent / "golden"
NEWER = ("has_intermediate_output", "essentials_category", "is_deprecated", "dev_only")
"""Said by some releases only, or differently."""


def told(server: Server) -> dict[str, Any]:
    """By node: what a server answers, without what is the same for all or not the node's own."""
    known = {
        name: info for name, info in server.get("/object_info").items() if name[:7] == "GLMTTS_"
    }
    for info in known.values():
        for key in ("python_module", *NEWER):
            info.pop(key, None)
        for name, options in widgets(info["input"]):
            if name == "rows":
                options.pop("default", None)  # a template's example rows, which may grow
    return known


def widgets(info: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every input with its options, those inside growing and changing ones included."""
    for group in (info.get("required", {}), info.get("optional", {})):
        for name, (kind, *more) in group.items():
            options = more[0] if more else {}
            yield name, options
            if kind == "COMFY_DYNAMICCOMBO_V3":
                for choice in options["options"]:
                    yield from widgets(choice["inputs"])
            if kind == "COMFY_AUTOGROW_V3":
                yield from widgets(options["template"]["input"])


def test_every_schema_is_the_golden_one(server: Server) -> None:
    """A schema that is new, or whose file was deleted to make it anew, is written and fails."""
    known = told(server)
    missing = [name for name in known if not (GOLDEN / f"{name}.json").is_file()]
    for name in missing:
        text = json.dumps(known[name], ensure_ascii=False, indent=1) + "\n"
        (GOLDEN / f"{name}.json").write_text(text, "utf-8")
    assert not missing, "written; look at them and run again"
    assert sorted(known) == sorted(path.stem for path in GOLDEN.glob("*.json"))
    for name, info in known.items():
        assert info == json.loads((GOLDEN / f"{name}.json").read_text("utf-8")), name


def test_every_input_and_output_has_a_tooltip(newest: Server) -> None:
    for name, info in told(newest).items():
        inputs = dict(widgets(info["input"]))
        assert inputs
        assert not [each for each, options in inputs.items() if not options.get("tooltip")], name
        assert all(info["output_tooltips"]), name
        assert info["description"], name
        assert info["search_aliases"], name
        assert info["category"] == "audio/GLM-TTS", name


def test_texts_hold_no_signs_that_the_editors_translations_take_for_their_own(
    newest: Server,
) -> None:
    for name, info in told(newest).items():
        texts = [info["description"], info["display_name"], *info["output_tooltips"]]
        texts += [options["tooltip"] for _, options in widgets(info["input"])]
        assert not [text for text in texts if set(text) & set("{}|@")], name


@pytest.mark.parametrize("route", ["/object_info/GLMTTS_Script", "/object_info/GLMTTS_LoadEngine"])
def test_asking_again_gives_the_same(newest: Server, route: str) -> None:
    assert newest.get(route) == newest.get(route)
