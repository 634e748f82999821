"""A watched folder: inbox -> jobs -> published files. Nothing is here yet."""
