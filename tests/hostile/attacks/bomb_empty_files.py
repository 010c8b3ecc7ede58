# tries: to make empty files without number wherever something may be written, the folder of the kernel's sockets included
# must: be stopped at a number of files in all of them together
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import time

with open("/proc/self/mountinfo") as mounts:
    places = [line.split()[4] for line in mounts]
places = [place for place in places if not place.startswith("/proc") and os.access(place, os.W_OK)]
print("may write to", places)
made, begun = {}, time.monotonic()
for place in sorted(places, key=lambda place: place != "/run/kernel"):
    try:
        for number in range(1, 120_000):
            os.mknod(f"{place}/hostile-{number}")
            made[place] = number
            if number % 1000 == 0 and time.monotonic() > begun + 4:
                break
    except OSError as error:
        print(place, error.strerror)
time.sleep(1.0)
print(made)
if sum(made.values()) > 110_000:
    print("GOT", "IT:", sum(made.values()), "files")
