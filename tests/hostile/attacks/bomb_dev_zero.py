# tries: to fill memory through shared maps of /dev/zero, and to let go of it in the tables: it stays, and is no process's
# must: be refused such maps, or be ended when they hold too much
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import mmap
import os
import time

@NEARLY_FULL@
nearly_full()
EACH = 64 * 2**20
zero, kept, text = os.open("/dev/zero", os.O_RDWR), [], b"x" * EACH
try:
    for _ in range(13):
        kept.append(mmap.mmap(zero, EACH, mmap.MAP_SHARED))
        kept[-1][:] = text
        kept[-1].madvise(mmap.MADV_DONTNEED)
except (OSError, ValueError) as error:
    print(error)
tell_if_over(sum(EACH for each in kept if each[:1] == text[:1]), "shared maps")
