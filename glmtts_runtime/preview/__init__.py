"""Speech requests -> waves by espeak-ng: drafts without weights, GPU or torch."""
