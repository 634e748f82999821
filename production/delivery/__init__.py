"""Programme -> files in a folder: formats, tags, everything beside the sound, published whole."""
