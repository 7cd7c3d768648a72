"""Which disks are not of this machine."""

from __future__ import annotations

import sys
from pathlib import Path

NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "lustre", "ceph", "fuse.sshfs", "glusterfs")


def network_file_system(folder: Path) -> str | None:
    """The kind of network file system that a folder lies on, or None (also where that cannot be told)."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return None
    place = folder.resolve()
    over = [(point, kind) for point, kind in mounts if place.is_relative_to(point.replace("\\040", " "))]
    kind = max(over, key=lambda mount: len(mount[0]), default=("", ""))[1]
    return kind if kind in NETWORK else None
