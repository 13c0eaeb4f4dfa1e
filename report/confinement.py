"""What the system holds a process to that works on a project: memory, processor time, no network, no programs."""

from __future__ import annotations

import math
import os
import platform
import signal
import sys
from contextlib import suppress

from report.limits import Limits

MIB = 1024 * 1024


def confine(limits: Limits) -> None:
    """Hold this process to limits, for good, and end it with its parent; what the system cannot do is left out.

    On Linux it can then open no socket but those of its own machine's processes, and start no program: seccomp(2).
    """
    with suppress(ImportError):
        import resource

        _set(resource.RLIMIT_CORE, 0)
        _set(resource.RLIMIT_AS, limits.memory * MIB)
    allow_cpu(limits)
    if sys.platform == "linux":
        _end_with_parent()
        shut()


def _set(kind: int, value: int) -> None:
    """A limit, no higher than what this process is held to already."""
    import resource

    with suppress(OSError, ValueError):
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, hard))


def allow_cpu(limits: Limits | None) -> None:
    """Let the system end this process after as much more processor time as the limits, if there are any, allow."""
    if limits is None:
        return
    with suppress(ImportError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _set(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime) + limits.cpu)


def is_cpu_passed(exit_code: int | None) -> bool:
    """Whether a process was ended for its processor time, by its exit code (negative: a signal)."""
    return exit_code == -getattr(signal, "SIGXCPU", signal.SIGTERM)


# Linux

_SET_PDEATHSIG, _SET_SECCOMP, _SET_NO_NEW_PRIVS = 1, 22, 38
"""Operations of prctl(2)."""

_CALLS = {"x86_64": (0xC000003E, 41, 59, 322), "aarch64": (0xC00000B7, 198, 221, 281)}
"""By machine: its number for seccomp, and those of the calls socket, execve, execveat."""

_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions of a filter, in classic BPF."""

_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13
"""What a filter answers: go on, or EACCES."""

_OTHER_ABI = 0x40000000
"""Calls from here on are x86-64's second set of numbers."""


def _end_with_parent() -> None:
    parent = os.getppid()
    _prctl(_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def shut() -> bool:
    """Refuse this thread, and those it starts, network sockets and programs, for good; whether that could be done."""
    machine = _CALLS.get(platform.machine())
    if machine is None or _prctl(_SET_NO_NEW_PRIVS, 1):
        return False
    import ctypes

    lines = _filter(*machine)
    code = b"".join(_packed(*line) for line in lines)

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))

    return _prctl(_SET_SECCOMP, 2, ctypes.byref(Program(len(lines), code))) == 0


def can_shut() -> bool:
    """Whether the system would refuse processes of this machine network and programs: tried in a child."""
    if sys.platform != "linux":
        return False
    process = os.fork()
    if process == 0:
        os._exit(not shut())
    return os.waitpid(process, 0)[1] == 0


def _packed(code: int, if_true: int, if_false: int, value: int) -> bytes:
    """An instruction as the system wants it: struct sock_filter."""
    return code.to_bytes(2, sys.byteorder) + bytes((if_true, if_false)) + value.to_bytes(4, sys.byteorder)


def _filter(machine: int, socket: int, execve: int, execveat: int) -> tuple[tuple[int, int, int, int], ...]:
    """The instructions: where to jump if true, if false, as a number of instructions; 0 is the next one."""
    family_unix = 1
    return (
        (_LOAD, 0, 0, 4),  # struct seccomp_data: 0 is the call, 4 the machine, 16 the first argument
        (_IF_EQUAL, 0, 8, machine),
        (_LOAD, 0, 0, 0),
        (_IF_AT_LEAST, 6, 0, _OTHER_ABI),
        (_IF_EQUAL, 5, 0, execve),
        (_IF_EQUAL, 4, 0, execveat),
        (_IF_EQUAL, 0, 2, socket),
        (_LOAD, 0, 0, 16),
        (_IF_EQUAL, 0, 1, family_unix),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    )


def _prctl(operation: int, *arguments: object) -> int:
    """0 where the system did it."""
    import ctypes

    try:
        return int(ctypes.CDLL(None).prctl(operation, *arguments, *[0] * (4 - len(arguments))))
    except (OSError, AttributeError):
        return -1
