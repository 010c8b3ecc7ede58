# tries: to fill memory with attributes of files in memory, which are no content of theirs
# must: get no more of them than the limits of files or memory allow
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import time

@NEARLY_FULL@
nearly_full()
filled, begun = 0, time.monotonic()
for place in ("/run/kernel", "/tmp", "/dev/shm", os.path.expanduser("~")):
    try:
        for number in range(10**6):
            path = f"{place}/attributes-{number}"
            open(path, "w").close()
            for name in range(20):
                os.setxattr(path, f"user.{name}", b"x" * 60_000)
                filled += 60_000
            if filled > 800 * 2**20 or time.monotonic() > begun + 3:
                break
    except OSError as error:
        print(place, error.strerror)
tell_if_over(filled, "attributes")
