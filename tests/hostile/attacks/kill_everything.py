# tries: to send SIGKILL to every process that it can name
# must: reach nothing outside its room: the grader and a bystander of the host live on
# scores: check_similarity=0 check_predictions=0

# %% similarity
import os
import signal

for process in (@BYSTANDER@, os.getppid(), *range(2, 70_000)):
    if process != os.getpid():
        for number in (signal.SIGCONT, signal.SIGKILL):
            try:
                os.kill(process, number)
            except OSError:
                pass
try:
    os.kill(-1, signal.SIGKILL)
except OSError:
    pass
os.kill(os.getpid(), signal.SIGKILL)
