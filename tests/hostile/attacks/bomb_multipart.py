# tries: to send one message of very many parts, each below every limit: 6 GB of one buffer, sent again and again
# must: not make the grader's memory grow by it
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import zmq

kernel = get_ipython().kernel
socket = getattr(kernel.iopub_socket, "socket", kernel.iopub_socket)
socket = getattr(socket, "_socket", socket)
part = zmq.Frame(b"x" * (60 * 10**6))
header = kernel.session.serialize(kernel.session.msg("stream", {"name": "stdout", "text": "x"}))
get_ipython().kernel.iopub_thread.schedule(
    lambda: socket.send_multipart([*header, *[part] * 100], copy=False)
)
import time

time.sleep(5)
