"""A watched folder: inbox -> jobs -> published files."""
