# tries: to take the whole processor with forty children that compute all the time, in every class of priority it gets
# must: cost its neighbours no points, whoever is graded beside it
# scores: check_similarity<=6 check_predictions<=5
# work: right

# %% similarity
import os
import time

SECONDS = 15
end = time.monotonic() + SECONDS
told, tell = os.pipe()
os.set_blocking(told, False)
CALLS = (lambda: os.nice(-1), lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)), lambda: os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1)))
for _ in range(40):
    try:
        if os.fork() == 0:
            os.setsid()
            before = os.getpriority(os.PRIO_PROCESS, 0)
            for call in CALLS:
                try:
                    call()
                except OSError:
                    pass
            # A call may be answered with success and have no effect.
            if os.getpriority(os.PRIO_PROCESS, 0) < before or os.sched_getscheduler(0) in (os.SCHED_FIFO, os.SCHED_RR):
                os.write(tell, b"!")
            while time.monotonic() < end:
                pass
            os._exit(0)
    except OSError:
        break
time.sleep(0.5)
try:
    print("GOT", "IT: more than its share", os.read(told, 100))
except BlockingIOError:
    pass
