# tries: to open files, pipes and sockets until the machine has no more
# must: meet the limit of open files
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import os
import socket

kept = []
while len(kept) < 100_000:
    kept += [open("/dev/null"), *os.pipe(), *socket.socketpair()]
print("GOT", "IT")
