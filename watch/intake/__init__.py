"""A folder of dropped files -> jobs: what is complete, whose it is, and a private copy."""
