"""What ComfyUI loads: the list of nodes. There are none yet."""

from __future__ import annotations

from comfy_api.latest import ComfyExtension, io


class GLMTTSExtension(ComfyExtension):
    """The pack."""

    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        return []
