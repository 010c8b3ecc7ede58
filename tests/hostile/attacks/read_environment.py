# tries: to read secrets from the environment, its own and that of every process
# must: find none of the grader's

# %% similarity
import glob
import os


def show(*patterns):
    for pattern in patterns:
        for path in glob.glob(os.path.expanduser(pattern), recursive=True, include_hidden=True):
            try:
                with open(path, "rb") as file:
                    print(path, file.read(10**6))
            except OSError:
                pass

print(dict(os.environ))
show("/proc/self/environ", "/proc/*/environ", "/proc/*/cmdline", "/proc/*/task/*/environ", "/proc/*/fd/*", "/proc/keys")
print(os.listdir("/proc"))
try:
    os.kill(@BYSTANDER@, 0)
    print("GOT", "IT: sees the bystander")
except OSError:
    pass
