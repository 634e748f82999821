"""ComfyUI's node API as the rest of the room imports it: one line to change when a version ends."""

from __future__ import annotations

from comfy_api.latest import ComfyExtension, io, ui

__all__ = ["CATEGORY", "ComfyExtension", "io", "ui"]

CATEGORY = "audio/GLM-TTS"
