"""Files of strangers: names that stay in a folder, renames that replace nothing."""
