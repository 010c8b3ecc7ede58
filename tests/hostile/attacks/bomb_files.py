# tries: to make millions of files, in every folder that it may write to
# must: stay in its own bounded folders; the host's disk and file table do not notice
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import tempfile

places = [os.getcwd(), tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"), "/"]
made = 0
while made < 2_000_000:
    for place in places:
        try:
            os.mknod(f"{place}/hostile-{made}-{'x' * 200}")
            made += 1
        except OSError:
            places.remove(place)
            break
    if not places:
        break
if made >= 2_000_000:
    print("GOT", "IT:", made)
