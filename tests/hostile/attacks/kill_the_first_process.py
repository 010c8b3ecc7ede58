# tries: to stop, confuse or end the room's first process by every signal there is, again and again
# must: be without effect, or end its own room only
# scores: check_similarity<=6 check_predictions<=5
# work: right

# %% similarity
import os
import signal
import time

begun = time.monotonic()
while time.monotonic() < begun + 2:
    for process in {1, 2, os.getppid()} - {0, os.getpid()}:
        for number in signal.valid_signals():
            try:
                os.kill(process, number)
            except OSError:
                pass
for name in os.listdir("/proc"):
    if name.isdecimal():
        with open(f"/proc/{name}/stat") as file:
            print(file.read().rpartition(")")[2].split()[0], name)
