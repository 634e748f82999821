"""A speech server in OpenAI's shape: one loaded model for every program of a machine."""
