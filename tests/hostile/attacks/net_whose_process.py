# tries: to get a handle of the grader's process from the sockets that lead to it
# must: be refused
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import os
import socket

for _number in range(3, 200):
    try:
        _copy = os.dup(_number)
        _line = socket.socket(fileno=_copy)
    except OSError:
        continue
    for _option in (77, 76):  # SO_PEERPIDFD, SO_PASSPIDFD
        try:
            _line.getsockopt(socket.SOL_SOCKET, _option)
            print("GOT IT: a handle by", _number)
        except OSError:
            pass
        try:
            _line.setsockopt(socket.SOL_SOCKET, _option, 1)
            print("GOT IT: handles by", _number)
        except OSError:
            pass
    _line.close()
