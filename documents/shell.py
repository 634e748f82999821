"""A file's name -> a word of a command that a person may copy into a shell."""

from __future__ import annotations

import re
import shlex
from pathlib import Path


def shell_word(path: Path) -> str:
    """The name as every shell takes it, where that can be."""
    file = str(path)
    if re.fullmatch(r"[\w./\\:+@-]+", file):
        return file
    return shlex.quote(file) if re.search(r'["$`!%\\]', file) else f'"{file}"'
