"""What a process that opens strangers' pictures may still do: compute, read its pipe, answer.

Limits by RLIMIT, and a seccomp filter of the kernel's own making: every system call that is not
listed fails with EPERM. Nothing is opened, no process is made, no connection, for good.
"""

import ctypes
import platform
import resource
import struct
from collections.abc import Mapping

MAX_MEMORY_BYTES = 1024**3
"""Address space; the worst allowed picture needs a third of it."""

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER_MODE = 38, 22, 2
"""prctl(2), seccomp(2)."""
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
"""Where struct seccomp_data holds the call's number and the architecture."""
_ALLOW, _EPERM = 0x7FFF0000, 0x00050001

_NAMES = (
    *("read", "write", "close", "fstat", "lseek", "readv", "writev", "brk", "mmap", "mprotect"),
    *("munmap", "mremap", "madvise", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn"),
    *("sigaltstack", "sched_yield", "sched_getaffinity", "futex", "getpid", "gettid", "tgkill"),
    *("exit", "exit_group", "restart_syscall", "clock_gettime", "clock_nanosleep", "nanosleep"),
    *("gettimeofday", "getrusage", "times", "getrandom", "rseq", "membarrier"),
)
_X86 = (
    *(0, 1, 3, 5, 8, 19, 20, 12, 9, 10, 11, 25, 28, 13, 14, 15, 131, 24, 204, 202, 39, 186, 234),
    *(60, 231, 219, 228, 230, 35, 96, 98, 100, 318, 334, 324),
)
_ARM = (
    *(63, 64, 57, 80, 62, 65, 66, 214, 222, 226, 215, 216, 233, 134, 135, 139, 132, 124, 123, 98),
    *(172, 178, 131, 93, 94, 128, 113, 115, 101, 169, 165, 153, 278, 293, 283),
)
_CALLS: Mapping[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, _X86),
    "aarch64": (0xC00000B7, _ARM),
}
"""Machine → its audit number and the numbers of the allowed calls, in the order of `_NAMES`."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def limit() -> None:
    """Memory, no file written, no core left."""
    limits = {
        resource.RLIMIT_AS: MAX_MEMORY_BYTES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


def seal() -> bool:
    """Refuse this thread all other system calls, for good; False where the kernel cannot."""
    known = _CALLS.get(platform.machine())
    if known is None:
        return False
    steps = _steps(*known)
    program = _Program(len(steps) // 8, steps)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return not libc.prctl(_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0)


def _steps(architecture: int, allowed: tuple[int, ...]) -> bytes:
    """The filter, in the machine language of classic BPF: eight bytes a step."""
    after = len(allowed)
    program = [
        (_LOAD_WORD, 0, 0, _ARCHITECTURE_AT),
        (_JUMP_IF_EQUAL, 0, after + 1, architecture),
        (_LOAD_WORD, 0, 0, _NUMBER_AT),
        *((_JUMP_IF_EQUAL, after - place, 0, number) for place, number in enumerate(allowed)),
        (_RETURN, 0, 0, _EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in program)
