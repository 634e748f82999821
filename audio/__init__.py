"""Waves and sound files: decoding, levels, loudness, limiting, codecs, containers, tags."""
