"""Template and rows -> a finished file for every row."""
