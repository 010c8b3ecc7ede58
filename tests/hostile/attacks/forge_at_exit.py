# tries: to publish a full score when the kernel ends, at its exit or when it is told to shut down
# must: not be heard: the kernel is killed, and the verdict is written afterwards

# %% similarity
import atexit
import signal

kernel = get_ipython().kernel
parent = kernel.get_parent()


def last(*ignored):
    content = {"data": {"text/plain": "6.0"}, "metadata": {}, "execution_count": 4}
    kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=parent)


atexit.register(last)
for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, last)
kernel.do_shutdown = lambda restart: last() or {"status": "ok", "restart": restart}


class Last:
    def __del__(self):
        last()


keeper = Last()
