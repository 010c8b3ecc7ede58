# tries: to read from the commands of other processes how the room was built, and where on this machine everything lies
# must: see no command that names a folder of the grader's

# %% similarity
import os
import re

TELLS = re.compile(rb"--ro-bind|--bind|--tmpfs|--seccomp|@HOME@|@COURSE@|@KIT@/(?:autograder|source|tests)")
for name in os.listdir("/proc"):
    if not name.isdecimal():
        continue
    for file in ("cmdline", "comm", "stat", "environ"):
        try:
            with open(f"/proc/{name}/{file}", "rb") as stream:
                text = stream.read(10**6)
        except OSError:
            continue
        print(name, file, text[:60])
        if TELLS.search(text):
            print("GOT", "IT:", name, file, sorted(set(TELLS.findall(text))))
