"""Addresses of the internet as they are written, alike in every language."""

from __future__ import annotations

import re

URL = r"(?i)(?:https?|ftp)://[a-z0-9./?=&%_~+#@:-]+|(?<![a-z0-9.])www\.[a-z0-9./?=&%_~+#-]+"
MAIL = (
    r"(?i)(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]{0,63}"
    r"@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}"
)


def without_protocol(address: str) -> str:
    """An address as it is said: the protocol goes without saying, and so does a last slash."""
    return re.sub(r"^(?:https?|ftp)://", "", address, flags=re.IGNORECASE).rstrip("/")
