"""ComfyUI as the nodes see it: folders, weights, sound, progress, mistakes."""
