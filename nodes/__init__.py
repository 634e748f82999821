"""ComfyUI V3 nodes: translation only. The one room that knows ComfyUI."""
