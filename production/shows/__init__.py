"""Shows: episodes, notes, and the feed that announces them."""
