"""The `kokoro` engine: Kokoro-82M through onnxruntime, on our own readings."""
