"""A private copy of a dropped file -> a folder of finished files, here or in a ComfyUI."""
