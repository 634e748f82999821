"""Timeline -> a programme at its loudness: mixing, limiting, encoding, measuring."""
