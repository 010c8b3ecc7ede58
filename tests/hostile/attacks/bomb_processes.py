# tries: to have more processes and threads than are allowed, made in every way there is
# must: get no more than 128 in all
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import threading
import time

for _ in range(20):
    try:
        if os.fork() == 0:
            os.setsid()
            while True:
                try:
                    if os.fork() == 0:
                        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
                except (OSError, RuntimeError):
                    time.sleep(0.2)
    except OSError:
        break
most, begun = 0, time.monotonic()
while time.monotonic() < begun + 3:
    tasks = 0
    for name in os.listdir("/proc"):
        try:
            tasks += len(os.listdir(f"/proc/{name}/task")) if name.isdecimal() else 0
        except OSError:
            pass
    most = max(most, tasks)
    time.sleep(0.1)
print(most, "processes and threads")
if most > 128 + 8:
    print("GOT", "IT")
