# tries: to make and open devices of the machine, and to type into a terminal of the grader's
# must: be refused
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import fcntl
import os
import stat
import termios

for number, (major, minor) in enumerate([(8, 0), (254, 0), (253, 0), (1, 1), (1, 2), (10, 229)]):
    for kind in (stat.S_IFBLK, stat.S_IFCHR):
        path = f"/tmp/device-{number}-{kind}"
        try:
            os.mknod(path, 0o666 | kind, os.makedev(major, minor))
            os.open(path, os.O_RDONLY)
            print("GOT", "IT:", path)
        except OSError as error:
            print(path, error)
known = {"null", "zero", "full", "random", "urandom", "tty", "console", "ptmx", "stdin", "stdout", "stderr", "core"}
for name in os.listdir("/dev"):
    path = f"/dev/{name}"
    if name not in known and os.path.exists(path) and not os.path.isdir(path) and stat.S_IFMT(os.stat(path).st_mode) in (stat.S_IFBLK, stat.S_IFCHR):
        print("GOT", "IT:", path)
for descriptor in (0, 1, 2):
    try:
        fcntl.ioctl(descriptor, termios.TIOCSTI, b"x")
        print("GOT", "IT: typed")
    except OSError as error:
        print(error)
