"""What two strangers do to speak to each other, when each sits in a room and both see the same read-only files.

The *text* of this module is run by both: in rooms, and in plain processes, where all of it has to work. One of them
says a word bit by bit, at times that both know, by every channel in turn; the other writes down what it hears.
"""

import contextlib
import ctypes
import fcntl
import os
import pathlib
import platform
import signal
import socket
import stat
import struct
import time

BITS = 8
C = ctypes.CDLL(None, use_errno=True)
NUMBERS = {
    "x86_64": {"inotify_init1": 294, "inotify_add_watch": 254, "fanotify_init": 300, "fanotify_mark": 301},
    "aarch64": {"inotify_init1": 26, "inotify_add_watch": 27, "fanotify_init": 262, "fanotify_mark": 263},
}[platform.machine()]  # fmt: skip
READ_LOCK, WRITE_LOCK, NO_LOCK = 0, 1, 2
ON_OPEN, NOT_BLOCKING = 0x20, os.O_NONBLOCK


def _locked(handle: int, command: int, kind: int) -> int:
    """Set or ask for a lock of the first byte; return the kind that the system answers."""
    answer = fcntl.fcntl(handle, command, struct.pack("=hhiqqii", kind, 0, 0, 0, 1, 0, 0))
    return struct.unpack_from("=h", answer)[0]


class Channel:
    """One way to speak: whatever fails is silence."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.handle = os.open(file, os.O_RDONLY)

    def say(self, is_on: bool) -> None:
        """Set the bit."""

    def hear(self) -> bool:
        """Return the bit as it is now."""
        return False

    def close(self) -> None:
        """Let go of the file: one of the channels is about who has it open."""
        os.close(self.handle)


class Flock(Channel):
    def say(self, is_on):
        fcntl.flock(self.handle, fcntl.LOCK_EX if is_on else fcntl.LOCK_UN)

    def hear(self):
        try:
            fcntl.flock(self.handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(self.handle, fcntl.LOCK_UN)
        return False


class Ranges(Channel):
    SET, ASK = fcntl.F_SETLK, fcntl.F_GETLK

    def say(self, is_on):
        _locked(self.handle, self.SET, READ_LOCK if is_on else NO_LOCK)

    def hear(self):
        # To ask whether one might write needs no right to write.
        return _locked(self.handle, self.ASK, WRITE_LOCK) == READ_LOCK


class RangesOfDescriptions(Ranges):
    SET, ASK = 37, 36


class Lease(Channel):
    def __init__(self, file):
        super().__init__(file)
        os.close(self.handle)

    def say(self, is_on):
        if is_on:
            self.handle = os.open(self.file, os.O_RDONLY | NOT_BLOCKING)
        else:
            os.close(self.handle)

    def close(self):
        pass

    def hear(self):
        handle = os.open(self.file, os.O_RDONLY)
        try:
            # A lease to write is given to who is alone with a file.
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False


class Events(Channel):
    def say(self, is_on):
        if is_on:
            with pathlib.Path(self.file).open("rb") as file:
                file.read(1)

    def hear(self):
        try:
            return bool(os.read(self.handle, 4096))
        except BlockingIOError:
            return False


class Inotify(Events):
    def __init__(self, file):
        super().__init__(file)
        os.close(self.handle)
        self.handle = C.syscall(NUMBERS["inotify_init1"], NOT_BLOCKING)
        C.syscall(NUMBERS["inotify_add_watch"], self.handle, os.fsencode(file), ON_OPEN)


class Fanotify(Events):
    def __init__(self, file):
        super().__init__(file)
        os.close(self.handle)
        with_names, add, here = 0x200 | 2, 1, -100
        self.handle = C.syscall(NUMBERS["fanotify_init"], with_names, 0)
        mask, path = ctypes.c_ulong(ON_OPEN), os.fsencode(file)
        C.syscall(NUMBERS["fanotify_mark"], self.handle, add, mask, here, path)


class Dnotify(Events):
    def __init__(self, file):
        super().__init__(file)
        self.heard = False
        signal.signal(signal.SIGIO, self._note)
        folder = os.open(pathlib.Path(file).parent, os.O_RDONLY)
        fcntl.fcntl(folder, fcntl.F_NOTIFY, fcntl.DN_ACCESS | fcntl.DN_MULTISHOT)

    def _note(self, *about):
        self.heard = True

    def hear(self):
        heard, self.heard = self.heard, False
        return heard


class Abstract(Channel):
    """A name without a file."""

    def say(self, is_on):
        if is_on:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind("\0talk")
        else:
            self.socket.close()

    def hear(self):
        with socket.socket(socket.AF_UNIX) as other:
            try:
                other.bind("\0talk")
            except OSError:
                return True
        return False


class Offsets(Channel):
    """Positions in files that a common ancestor has opened."""

    def __init__(self, file):
        super().__init__(file)
        os.close(self.handle)
        self.handle = os.dup(1)
        numbers = [int(each.name) for each in pathlib.Path("/proc/self/fd").iterdir()]
        self.common = [each for each in numbers if self._has_a_place(each)]

    def _has_a_place(self, handle):
        try:
            return stat.S_ISREG(os.fstat(handle).st_mode)
        except OSError:
            return False

    def say(self, is_on):
        for handle in self.common:
            os.lseek(handle, 7 if is_on else 0, os.SEEK_SET)

    def hear(self):
        return any(os.lseek(handle, 0, os.SEEK_CUR) == 7 for handle in self.common)


CHANNELS = (
    Flock, Ranges, RangesOfDescriptions, Lease, Inotify, Fanotify, Dnotify, Abstract, Offsets,
)  # fmt: skip


def talk(file: str, begin: float, word: int | None, seconds: float) -> None:
    """Say a word by every channel, or (None) listen, and print what was heard.

    Args:
        file: that both see.
        begin: moment at which to begin.
        word: what to say, of `BITS` bits.
        seconds: for each bit.
    """
    for number, kind in enumerate(CHANNELS):
        start, heard, errors = begin + number * (BITS + 4) * seconds, 0, set()
        channel = None
        for bit in range(-2, BITS):
            # Two bits before the word to make the channel, one for silence.
            at = start + (bit + 3) * seconds
            wait_until(at if word is not None else at + seconds * (0.6 if bit >= 0 else 0.2))
            try:
                if bit == -2:
                    channel = kind(file)
                elif bit == -1:
                    _ = word is None and channel.hear()
                elif word is None:
                    heard |= channel.hear() << bit
                elif word >> bit & 1:
                    channel.say(True)
                    wait_until(at + seconds * 0.95)
                    channel.say(False)
            except (OSError, AttributeError) as error:
                errors.add(str(error))
        with contextlib.suppress(OSError, AttributeError):
            channel.close()
        print("heard" if word is None else "said", kind.__name__, heard, *errors, flush=True)


def wait_until(moment: float) -> None:
    """Sleep."""
    time.sleep(max(0.0, moment - time.time()))
