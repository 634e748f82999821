"""GLM-TTS speech as ComfyUI nodes, a command line and a watched folder over one runtime."""

from __future__ import annotations

import logging
from typing import Any

from .version import __version__ as __version__

WEB_DIRECTORY = "web"
"""Where ComfyUI finds the help pages of the nodes; there is no script in it."""


async def comfy_entrypoint() -> Any:
    """The pack's extension, imported only when ComfyUI asks: a plain import stays free of it."""
    try:
        from .nodes.extension import GLMTTSExtension
    except Exception:
        # ComfyUI prints only str(error) for a failing entry point.
        logging.getLogger(__name__).exception("the GLM-TTS nodes could not be imported")
        raise
    return GLMTTSExtension()
