"""Mel -> wave, at 24 kHz and at 32 kHz."""
