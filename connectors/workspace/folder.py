"""The workspace folder as it lies on the disk: which files, how big, how old. Nothing is opened."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from .reader import Fault

Files = dict[str, tuple[int, int]]
"""Path relative to the folder, with forward slashes → (size in bytes, time of last change in ns)."""

_LITTER = ("__MACOSX", "Thumbs.db", "desktop.ini")


def walk(folder: Path) -> tuple[Files, list[Fault]]:
    """Every regular file under `folder` in path order, and what was left out and why.

    Links are never followed: one to a place inside is found there anyway, one that leads outside
    is refused. Hidden files and the litter of operating systems are not exports.
    """
    files: Files = {}
    faults: list[Fault] = []
    root = folder.resolve()
    for path, entry in _entries(str(root), "", faults):
        if entry.is_symlink():
            if problem := _refusal(root, entry.path):
                faults.append(Fault(path, None, problem))
            continue
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue  # gone since it was listed
        if stat.S_ISREG(status.st_mode):
            files[path] = (status.st_size, status.st_mtime_ns)
        else:
            faults.append(Fault(path, None, "is a device, pipe or socket, not a file"))
    return files, faults


def _entries(folder: str, prefix: str, faults: list[Fault]) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        faults.append(Fault(prefix.rstrip("/") or ".", None, f"can't be listed: {error.strerror}"))
        return
    for entry in entries:
        if entry.name.startswith((".", "~$")) or entry.name in _LITTER:
            continue
        path = prefix + _printable(entry.name)
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path, path + "/", faults)
        else:
            yield path, entry


def _refusal(root: Path, link: str) -> str:
    try:
        target = Path(os.path.realpath(link, strict=True))
    except OSError:
        return "is a link that leads nowhere or round in a circle"
    return "" if target.is_relative_to(root) else "is a link out of the folder: put the file itself here"


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")
