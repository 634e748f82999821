"""Spoken text -> wave: engines, voices, emotions. Knows no ComfyUI and no script."""
