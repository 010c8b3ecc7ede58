# tries: to end the kernel while the grader reads one of its messages, which are many and of many parts
# must: lose what comes after; the grader and the others go on
# scores: check_similarity=0 check_predictions=0

# %% similarity
import os
import threading

kernel = get_ipython().kernel
parts = {"parent": kernel.get_parent(), "buffers": [b"x"] * 100}
threading.Timer(0.5, os._exit, [1]).start()
while True:
    kernel.session.send(kernel.iopub_socket, "stream", {"name": "stdout", "text": "x"}, **parts)
