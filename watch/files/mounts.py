"""A folder -> the kind of file system it lies on, and whether its events can be relied upon."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|afs|ceph|9p|drvfs|virtiofs|vboxsf|prl_fs|vmhgfs|davfs"
    r"|glusterfs|lustre|beegfs|gpfs|fuse(?:blk)?(?:\..*)?|webdav|acfs"
)
_TABLE = Path("/proc/self/mounts")


def file_system(folder: Path, table: Path = _TABLE) -> str:
    """The type of the file system a folder lies on, as the kernel calls it; "" if nobody says."""
    path = folder.resolve()
    if sys.platform == "win32":
        return "smb" if path.drive.startswith("\\\\") else ""
    try:
        rows = [row.split() for row in table.read_text("utf-8", "surrogateescape").splitlines()]
    except OSError:
        return ""
    # Of two mounts on one place the later one is seen.
    under = [
        (len(at), kind) for _, where, kind, *_ in rows if path.is_relative_to(at := _plain(where))
    ]
    return max(enumerate(under), key=lambda found: (found[1][0], found[0]))[1][1] if under else ""


def free_space(folder: Path) -> int | None:
    """Bytes that the file system of a folder still takes; None where nobody can say."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def network(kind: str) -> bool:
    """Whether others change such a file system unseen by the kernel: no events, no locks."""
    return _NETWORK.fullmatch(kind) is not None


def eventful(kind: str) -> bool:
    """Whether events of such a file system are worth listening to.

    On overlay they are those of one layer: a bind mount or another container may write below it.
    """
    return not network(kind) and kind != "overlay"


def _plain(where: str) -> str:
    """A mount point without the escapes of the table: \\040 is a space."""
    return re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), where)
