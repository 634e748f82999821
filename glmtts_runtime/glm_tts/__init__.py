"""Speech requests -> waves by the published GLM-TTS model."""
