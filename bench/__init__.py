"""How fast and how large: `python -m bench` for GLM-TTS, and one script for each other room."""
