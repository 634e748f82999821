"""GLM-TTS speech as ComfyUI nodes, a command line and a watched folder over one runtime."""

from __future__ import annotations

import logging
from typing import Any

__version__ = "0.1.0"

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
