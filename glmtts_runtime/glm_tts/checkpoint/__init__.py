"""The published folder -> loaded networks: layout, checks, downloads, and a random stand-in."""
