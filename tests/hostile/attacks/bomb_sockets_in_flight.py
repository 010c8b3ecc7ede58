# tries: to hide filled sockets and pipes in messages of sockets that wait in messages of others: they are in no process's table
# must: be ended when all that takes too much
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import array
import os
import socket
import time

@NEARLY_FULL@
nearly_full()


def filled():
    """Return both ends of a pair that holds as much as it takes, and how much that is."""
    pair, size = socket.socketpair(), 0
    for end in pair:
        end.setblocking(False)
        try:
            while True:
                size += end.send(b"x" * 2**15)
        except BlockingIOError:
            pass
    return pair, size


hidden, carriers, begun = 0, [], time.monotonic()
try:
    while hidden < 500 * 2**20 and time.monotonic() < begun + 3.5:
        carriers.append(socket.socketpair())
        for _ in range(20):
            pair, size = filled()
            handles = array.array("i", [end.fileno() for end in pair])
            carriers[-1][0].sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handles)])
            for end in pair:
                end.close()
            hidden += size
except OSError as error:
    print(error)
tell_if_over(hidden, "messages, in flight")
