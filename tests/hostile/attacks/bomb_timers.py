# tries: to take all timers and waiting signals that its user may have, so that no other program of that user gets one
# must: get a bounded number of its own
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import ctypes
import os
import platform
import signal

C = ctypes.CDLL(None, use_errno=True)
CREATE = {"x86_64": 222, "aarch64": 107}[platform.machine()]
child = os.fork()
if child == 0:
    made = 0
    while made < 30_000 and C.syscall(CREATE, 1, 0, ctypes.byref(ctypes.c_int())) == 0:
        made += 1
    print(made, "timers", os.strerror(ctypes.get_errno()))
    # Signals that wait need a place each as well.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGRTMIN})
    waiting = 0
    while waiting < 30_000 and C.sigqueue(os.getpid(), int(signal.SIGRTMIN), None) == 0:
        waiting += 1
    os._exit(made + waiting >= 25_000)
_, status = os.waitpid(child, 0)
print("its child ended with", status)
if os.waitstatus_to_exitcode(status) == 1:
    print("GOT", "IT: 25,000 and more")
