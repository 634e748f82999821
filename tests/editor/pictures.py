"""Example workflows in, pictures of them out: thumbnails, and what the README and the help show.

    python -m tests.editor.pictures

Every workflow is opened in the real editor, run on the preview engine, and photographed.
"""

from __future__ import annotations

import shutil
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from ..browser.conftest import QUIET
from .conftest import PACK, serving
from .driving import Editor, editing
from .hosts import NEWEST

EXAMPLES = PACK / "example_workflows"
HELP = PACK / "web" / "docs" / "images"
SHOWN = {"Two speaker podcast": "editor-podcast", "Fix a pronunciation": "editor-readings"}
"""Examples that the README shows as well, and how the pictures are called there."""
EXPLAINED = {
    "Two speaker podcast": ("GLMTTS_Script", "GLMTTS_TimelinePicture", "GLMTTS_Export"),
    "Fix a pronunciation": ("GLMTTS_Readings",),
}
"""Nodes whose help shows how they look after a run, by example."""
LANGUAGES = {"en": "en", "zh": "zh-CN"}


def photograph(editor: Editor, workflow: Path) -> Image.Image:
    """The editor after a run of the workflow."""
    editor.load(workflow)
    editor.run()
    editor.show_all()
    editor.page.wait_for_timeout(8000)  # until what it says of the run is gone
    return Image.open(BytesIO(editor.page.screenshot())).convert("RGB")


def nodes(editor: Editor, whole: Image.Image, type: str = "") -> Image.Image:
    """The part of a picture with all nodes, or with those of a type."""
    left, top, right, bottom = editor.bounds(type)
    margin = 8 if type else 24
    return whole.crop((left - margin, top - margin, right + margin, bottom + margin))


def save(picture: Image.Image, path: Path, width: int) -> None:
    """Write it as JPEG, that wide."""
    small = picture.resize((width, round(width * picture.height / picture.width)))
    small.save(path, quality=82, optimize=True, progressive=True)


def main() -> None:
    """Make all pictures anew."""
    chromium = shutil.which("chromium")
    with (
        tempfile.TemporaryDirectory() as base,
        serving(NEWEST, Path(base)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        for language, locale in LANGUAGES.items():
            for workflow in sorted(EXAMPLES.glob("*.json")):
                if language != "en" and workflow.stem not in SHOWN:
                    continue
                with editing(browser, server, language=locale) as editor:
                    whole = photograph(editor, workflow)
                    if language == "en":
                        save(nodes(editor, whole), workflow.with_suffix(".jpg"), 720)
                    for type in EXPLAINED.get(workflow.stem, ()):
                        node = nodes(editor, whole, type)
                        save(node, HELP / f"{type}-{language}.jpg", node.width)
                if workflow.stem in SHOWN:
                    name = f"{SHOWN[workflow.stem]}-{language}.jpg"
                    save(whole, PACK / "docs" / "images" / name, 1440)
        browser.close()


if __name__ == "__main__":
    main()
