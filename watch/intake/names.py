"""A name in an inbox -> whether somebody is still writing under it, or it never was a script."""

from __future__ import annotations

import re

READY = ".ready"
"""NAME.ready, an empty file, says that NAME is complete."""

_IGNORED = re.compile(
    r"""
    \..*                                  # hidden: .DS_Store, ._x, .nfs…, .fuse_hidden…, .#x,
                                          # .x.swp, .syncthing.x.tmp, .~lock.x#, our own .glmtts-…
  | ~.*                                   # Office and Word: ~$x, ~WRL0001.tmp; ~syncthing~x.tmp
  | .*~                                   # backups of editors
  | .*\.(?:tmp|temp|part|partial|crdownload|download|filepart|opdownload|swp|swx|swo|bak|lock|!ut
        |inprogress|incomplete|upload|aria2|lftp-pget-status)
  | .*\.(?:goutputstream|kate-swp|sb)-.*  # GNOME, KDE, and safe saves of macOS
  | .*\.tmp\.\d+ | .*\.sync-conflict-.* | .*\ \(.*conflicted\ copy.*\).*
  | thumbs\.db | desktop\.ini | ehthumbs\.db | icon\r | @eadir | \#.*\#
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def ignored(name: str) -> bool:
    """Whether a name belongs to an unfinished file, or to what systems and tools leave behind."""
    return _IGNORED.fullmatch(name) is not None
