"""The token of the status page: where its owner may put it."""

TOKEN_VARIABLE = "GLMTTS_WATCH_TOKEN"  # noqa: S105
"""Of the environment; programs that are started do not get it."""
