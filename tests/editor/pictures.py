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
SHOWN = {"Two speaker podcast": "editor-podcast", "Fix a pronunciation": "editor-readings"}
"""Examples that the README shows as well, and how the pictures are called there."""
LANGUAGES = {"en": "en", "zh": "zh-CN"}
MARGIN = 24
"""Pixels around the nodes of a thumbnail."""


def photograph(editor: Editor, workflow: Path) -> tuple[Image.Image, Image.Image]:
    """The editor after a run of the workflow, and the nodes alone."""
    editor.load(workflow)
    editor.run()
    editor.show_all()
    editor.page.wait_for_timeout(8000)  # until what it says of the run is gone
    whole = Image.open(BytesIO(editor.page.screenshot())).convert("RGB")
    left, top, right, bottom = editor.bounds()
    nodes = whole.crop((left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN))
    return whole, nodes


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
                    whole, nodes = photograph(editor, workflow)
                if workflow.stem in SHOWN:
                    name = f"{SHOWN[workflow.stem]}-{language}.jpg"
                    save(whole, PACK / "docs" / "images" / name, 1440)
                if language == "en":
                    save(nodes, workflow.with_suffix(".jpg"), 720)
        browser.close()


if __name__ == "__main__":
    main()
