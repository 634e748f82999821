"""A job from claim to published files: journal, workers, recovery, reports."""
