# tries: to leave times on what is shown of the machine's devices and files: they stay, and every other room can read them
# must: be refused wherever it is not the room's own
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import os
import sys

for place in (
    *(f"/dev/{name}" for name in ("null", "full", "zero", "random", "urandom", "tty")),
    *("/usr/bin/env", "/etc/ld.so.cache", sys.executable, "/run/submission", "/run/connection.json"),
    *("/proc/1/environ", "/proc/version"),
):
    # Where devices are made in the room's own memory, and not shown from the machine, it may do with them as it likes.
    if place.startswith("/dev/") and os.stat(place).st_dev == os.stat("/dev").st_dev:
        continue
    for times in (None, (1, 1)):
        try:
            os.utime(place, times)
            print("GOT IT: changed the times of", place)
        except OSError:
            pass
        try:
            os.chmod(place, os.stat(place).st_mode)
            print("GOT IT: changed the mode of", place)
        except OSError:
            pass
