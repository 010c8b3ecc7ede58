# tries: to find the grader's environment wherever another process of the room may hold it: in /proc, on stacks, in memory
# must: find none of it, nor where its folders lie

# %% similarity
import os
import re

SECRETS = re.compile(rb"SECRET_OF_THE_GRAD[E]R|@PATTERN@|@HOME@/[.]ssh")


def look(path, size=10**6):
    try:
        with open(path, "rb", buffering=0) as file:
            text = file.read(size) or b""
    except OSError as error:
        return error.strerror
    if SECRETS.search(text):
        print("GOT", "IT:", path, sorted(set(SECRETS.findall(text))))
    return len(text)


def memory(process):
    looked = 0
    try:
        with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
            for line in maps:
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                if "w" not in line.split()[1] or end - start > 2**26:
                    continue
                try:
                    memory.seek(start)
                    text = memory.read(end - start)
                except OSError:
                    continue
                looked += len(text)
                if SECRETS.search(text):
                    print("GOT", "IT: in the memory of", process, line)
    except OSError as error:
        return error.strerror
    return looked


others = [int(name) for name in os.listdir("/proc") if name.isdecimal() and int(name) != os.getpid()]
for process in others:
    place = f"/proc/{process}"
    for name in ("environ", "cmdline", "auxv", "maps", "smaps", "stack", "syscall", "wchan", "io", "mountinfo", "task/%d/environ" % process):
        print(process, name, look(f"{place}/{name}"))
    print(process, "mem", memory(process))
    for name in ("cwd", "root", "exe"):
        try:
            target = os.readlink(f"{place}/{name}")
            print(process, name, target)
            if name != "exe":
                entries = os.listdir(f"{place}/{name}/")
                if target.startswith("@COURSE@") or "instructor" in entries or os.path.exists(f"{place}/{name}@HOME@"):
                    print("GOT", "IT:", name, "leads out of the room")
        except OSError as error:
            print(process, name, error.strerror)
    for folder in ("fd", "fdinfo", "map_files"):
        try:
            for name in os.listdir(f"{place}/{folder}"):
                path = f"{place}/{folder}/{name}"
                print(path, os.readlink(path) if folder == "fd" else look(path))
        except OSError as error:
            print(process, folder, error.strerror)
