# tries: to leave a process behind that ignores signals, in a session of its own, and writes to the host
# must: be gone when its submission has been graded
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import os
import signal
import subprocess
import time

subprocess.Popen(["sleep", "86400"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        while True:
            try:
                with open("@HOME@/orphan", "a") as file:
                    file.write("still here")
            except OSError:
                pass
            time.sleep(0.05)
    os._exit(0)
os.wait()
