# tries: to find checks or secrets in the raw memory of its own process, while a check calls it
# must: find nothing of the grader's there

# %% similarity
import re

# Written so that the text does not find itself.
HINTS = re.compile(rb"[d]raw_rows|[k]nown_angles|[e]xpect_close|[r]aise Wrong|[c]heck_generator|@PATTERN@")


def get_cosine_similarity(a, b):
    found, looked = set(), 0
    if len(a) != 7:
        return None
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            start, end = (int(part, 16) for part in span.split("-"))
            if not rights.startswith("rw") or end - start > 2**28:
                continue
            try:
                memory.seek(start)
                chunk = memory.read(end - start)
            except (OSError, ValueError):
                continue
            looked += len(chunk)
            found |= {match[0] for match in HINTS.finditer(chunk)}
    raise RuntimeError(f"{looked // 2**20} MiB: " + ("GOT" + f" IT {found}" if found else "nothing"))
