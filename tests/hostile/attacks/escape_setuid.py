# tries: to become root: set-uid programs, setuid, capabilities, ambient ones
# must: be refused each of them
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import ctypes
import os
import subprocess

C = ctypes.CDLL(None, use_errno=True)
mine = os.getresuid()
for name, attempt in {"setuid": lambda: os.setuid(1), "setgid": lambda: os.setgid(1), "setgroups": lambda: os.setgroups([0]), "setresuid": lambda: os.setresuid(1, 2, 3)}.items():
    try:
        attempt()
        print("GOT", "IT:", name)
    except OSError as error:
        print(name, error)
for call in (["su", "-c", "id"], ["sudo", "-n", "id"], ["mount"], ["passwd", "-S"], ["chfn", "-f", "x"], ["pkexec", "id"], ["newgrp"]):
    try:
        done = subprocess.run(call, capture_output=True, text=True, timeout=2, stdin=subprocess.DEVNULL)
        if "uid=0(root)" in done.stdout and mine[0] != 0:
            print("GOT", "IT:", call)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(call, error)
status = dict(line.split(":\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\t" in line)
for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
    if int(status[name], 16):
        print("GOT", "IT:", name, status[name])
if status["NoNewPrivs"] != "1" or status["Seccomp"] != "2":
    print("GOT", "IT: no filter")
