# tries: to take all pseudo-terminals of this machine, and to fill what waits in them
# must: get none, or a bounded number
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import os
import pty

opened = []
try:
    while len(opened) < 400:
        opened.append(pty.openpty())
except OSError as error:
    print(error)
print(len(opened), "terminals")
if len(opened) >= 100:
    print("GOT", "IT")
for pair in opened:
    for end in pair:
        os.close(end)
