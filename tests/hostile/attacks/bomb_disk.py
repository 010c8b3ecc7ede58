# tries: to fill the disk: one huge file, a reserved one, a sparse one, in every folder that it may write to
# must: stay in its own bounded folders; the host's disk does not notice
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import tempfile

written = 0
for place in (os.getcwd(), tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm", "/run/kernel"):
    for name, size in (("reserved", 2**40), ("sparse", 2**50)):
        try:
            with open(f"{place}/{name}", "wb") as file:
                os.posix_fallocate(file.fileno(), 0, size) if name == "reserved" else file.truncate(size)
        except OSError as error:
            print(place, name, error)
    try:
        with open(f"{place}/filled", "wb", buffering=0) as file:
            for _ in range(4096):
                written += file.write(bytes(2**20))
    except OSError as error:
        print(place, error)
print(written // 2**20, "MiB written")
if written > 2**30:
    print("GOT", "IT")
