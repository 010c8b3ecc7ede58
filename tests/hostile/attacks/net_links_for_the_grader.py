# tries: to run before the kernel has its sockets, by files that shadow modules or configure IPython, and to put links
#        to the host's sockets in their place, so that the grader itself connects there
# must: not make the grader connect to anything
# scores: check_similarity=0 check_predictions<=5

# %% similarity
print("nothing of mine")

# %% file ipykernel_launcher.py
import json
import os
import sys

about = json.load(open(sys.argv[sys.argv.index("-f") + 1]))
for name in ("shell", "iopub", "stdin", "hb", "control"):
    try:
        os.symlink("@SOCKET@", f"{about['ip']}-{about[name + '_port']}")
    except OSError:
        pass
import time

time.sleep(20)

# %% file ipython_config.py
exec(open("/home/student/work/ipykernel_launcher.py").read())

# %% file ipython_kernel_config.py
exec(open("/home/student/work/ipykernel_launcher.py").read())

# %% file usercustomize.py
exec(open("/home/student/work/ipykernel_launcher.py").read())

# %% file sitecustomize.py
exec(open("/home/student/work/ipykernel_launcher.py").read())

# %% file zmq.py
exec(open("/home/student/work/ipykernel_launcher.py").read())
