"""Text tokens and a speech prompt -> speech tokens: the language model and its sampler."""
