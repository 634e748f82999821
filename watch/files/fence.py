"""Something done to one of many files -> its error is that file's, unless it is everybody's.

What one file can do to the others is: nothing. A disk that is full or a share that is away is no
fault of the file at hand, and goes on to whoever pauses the work.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager

_SHARED = {
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN,
    errno.ETIMEDOUT, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
}  # fmt: skip

_log = logging.getLogger(__name__)


def is_shared(error: OSError) -> bool:
    """Whether an error is of the disk, the share or the process, and not of one file."""
    return error.errno in _SHARED


@contextmanager
def fenced(what: str) -> Iterator[None]:
    """Log an error of the one file at hand as `what`, and go on. Raises OSError that is shared."""
    try:
        yield
    except OSError as error:
        if is_shared(error):
            raise
        _log.warning("%s: %s", what, error)
