"""A reference recording -> what the model wants of it: speech tokens, mel, speaker embedding."""
