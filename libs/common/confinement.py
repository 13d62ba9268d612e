"""What a process that opens strangers' pictures may still do: compute, read its pipe, answer.

Limits by RLIMIT, and a seccomp filter of the kernel's own making: every system call that is not
listed fails with EPERM. Nothing is opened, no process is made, no connection, for good.
"""

import ctypes
import os
import platform
import resource
import struct
from collections.abc import Mapping

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER_MODE = 38, 22, 2
"""prctl(2), seccomp(2)."""
_LOAD_WORD, _JUMP_IF_EQUAL, _JUMP_IF_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FLAGS_AT = 0, 4, 16
"""Where struct seccomp_data holds the call's number, the architecture, the first argument."""
_ALLOW, _EPERM, _ENOSYS = 0x7FFF0000, 0x00050001, 0x00050026
_CLONE_THREAD = 0x10000

_NAMES = (
    *("read", "write", "close", "fstat", "lseek", "readv", "writev", "brk", "mmap", "mprotect"),
    *("munmap", "mremap", "madvise", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn"),
    *("sigaltstack", "sched_yield", "sched_getaffinity", "futex", "getpid", "gettid", "tgkill"),
    *("exit", "exit_group", "restart_syscall", "clock_gettime", "clock_nanosleep", "nanosleep"),
    *("gettimeofday", "getrusage", "times", "getrandom", "rseq", "membarrier", "getcwd"),
    "set_robust_list",
)
_X86 = (
    *(0, 1, 3, 5, 8, 19, 20, 12, 9, 10, 11, 25, 28, 13, 14, 15, 131, 24, 204, 202, 39, 186, 234),
    *(60, 231, 219, 228, 230, 35, 96, 98, 100, 318, 334, 324, 79, 273),
)
_ARM = (
    *(63, 64, 57, 80, 62, 65, 66, 214, 222, 226, 215, 216, 233, 134, 135, 139, 132, 124, 123, 98),
    *(172, 178, 131, 93, 94, 128, 113, 115, 101, 169, 165, 153, 278, 293, 283),
    *(17, 99),
)
_CALLS: Mapping[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, _X86),
    "aarch64": (0xC00000B7, _ARM),
}
"""Machine → its audit number and the numbers of the allowed calls, in the order of `_NAMES`."""
_CLONE: Mapping[str, int] = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
"""On both machines. Its flags lie in memory, where no filter can look."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def limit(*, memory_bytes: int, cpu_seconds: int | None = None) -> bool:
    """Address space and computing time, no file written, no core left; whether all of it holds."""
    limits = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    if cpu_seconds is not None:
        limits[resource.RLIMIT_CPU] = cpu_seconds
    kept = [_limited(kind, most) for kind, most in limits.items()]
    return all(kept)


def _limited(kind: int, most: int) -> bool:
    hard = resource.getrlimit(kind)[1]
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    # At the first limit of computing time comes SIGXCPU, which says what it was; then SIGKILL.
    last = most + 1 if kind == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else allowed
    try:
        resource.setrlimit(kind, (allowed, last))
    except (OSError, ValueError):
        return False
    return resource.getrlimit(kind) == (allowed, last)


def seal(*, with_threads: bool = False) -> bool:
    """Refuse this thread all other system calls, for good; False where the kernel cannot.

    `with_threads`: threads may begin, for a library that asks for some; processes never.
    """
    machine = platform.machine()
    known = _CALLS.get(machine)
    if known is None:
        return False
    steps = _assembled(*known, clone=_CLONE[machine] if with_threads else None)
    program = _Program(len(steps) // 8, steps)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return not libc.prctl(_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0)


def is_shut() -> bool:
    """Whether the kernel refuses to open even what everybody may read."""
    try:
        os.close(os.open("/", os.O_RDONLY))
    except PermissionError:
        return True
    return False


def _assembled(architecture: int, allowed: tuple[int, ...], *, clone: int | None) -> bytes:
    """The filter, in the machine language of classic BPF: eight bytes a step.

    After the tests stand the ends: refuse, allow, and those of a thread's beginning: the newer call
    is said not to exist, so that the C library takes the older one, whose flags can be looked at.
    """
    asked = [(number, 1) for number in allowed]
    if clone is not None:
        asked = [(_CLONE3, 2), (clone, 3), *asked]
    tests = [
        (_JUMP_IF_EQUAL, len(asked) - 1 - place + end, 0, number)
        for place, (number, end) in enumerate(asked)
    ]
    program = [
        (_LOAD_WORD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_IF_EQUAL, 0, len(tests) + 1, architecture),
        (_LOAD_WORD, 0, 0, _NUMBER_AT),
        *tests,
        (_RETURN, 0, 0, _EPERM),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ENOSYS),
        (_LOAD_WORD, 0, 0, _FLAGS_AT),
        (_JUMP_IF_SET, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _EPERM),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in program)
