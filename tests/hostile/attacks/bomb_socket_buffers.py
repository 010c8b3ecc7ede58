# tries: to fill the machine's memory with what waits in sockets, which is no process's memory
# must: get no more into them than a limit allows
# scores: check_similarity=0 check_predictions<=5
# shows: MiB wait in sockets

# %% similarity
import os
import resource
import socket
import time

GOAL = 1600 * 2**20
begun, filled, kept = time.monotonic(), 0, []
try:
    while filled < GOAL and time.monotonic() < begun + 4:
        pair = socket.socketpair()
        kept.append(pair)
        for end in pair:
            end.setblocking(False)
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**24)
            except OSError:
                pass
            try:
                while True:
                    filled += end.send(b"x" * 2**16)
            except BlockingIOError:
                pass
except OSError as error:
    print(error)
# What all its processes could fill together, each with as many sockets as it may open.
each = filled // (2 * len(kept)) * resource.getrlimit(resource.RLIMIT_NOFILE)[0]
print(filled // 2**20, "MiB wait in sockets; a process could fill", each // 2**20)
if filled >= GOAL:
    print("GOT", "IT")
