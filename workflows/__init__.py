"""ComfyUI workflow file -> results: read, filled in, queued on a running server, fetched."""
