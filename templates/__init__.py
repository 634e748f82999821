"""What a person writes (YAML, plain text, SRT, task lists) -> script. No torch, no audio."""
