"""What a person writes (YAML, plain text, SRT, task lists, shows) -> script. No torch, no audio."""
