"""Run a command under a seccomp filter that answers EPERM to every socket but a local one (x86-64 Linux)."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

SOCKET, AF_UNIX = 41, 1
SET_NO_NEW_PRIVS, SET_SECCOMP, FILTER = 38, 22, 2
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM

PROGRAM = [
    (LOAD, 0, 0, 0),  # the call's number
    (EQUAL, 0, 3, SOCKET),
    (LOAD, 0, 0, 16),  # its first argument
    (EQUAL, 1, 0, AF_UNIX),
    (RETURN, 0, 0, REFUSE),
    (RETURN, 0, 0, ALLOW),
]


class Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_char_p))


def main(command: list[str]) -> None:
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        sys.exit("only on x86-64 Linux")
    code = b"".join(struct.pack("HBBI", *step) for step in PROGRAM)
    libc = ctypes.CDLL(None, use_errno=True)
    refused = libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(SET_SECCOMP, FILTER, ctypes.byref(Filter(len(PROGRAM), code)), 0, 0)
    if refused:
        sys.exit(os.strerror(ctypes.get_errno()))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
