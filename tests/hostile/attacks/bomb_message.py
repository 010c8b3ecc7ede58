# tries: to send one message of 250 MB
# must: be dropped without the grader's memory growing by it
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import time

kernel = get_ipython().kernel
session = kernel.session
header, parent = session.pack(session.msg_header("stream")), session.pack(kernel.get_parent()["header"])
content = b'{"name": "stdout", "text": "' + b"x" * (250 * 10**6) + b'"}'
parts = [header, parent, b"{}", content]
signed = [b"stream", b"<IDS|MSG>", session.sign(parts), *parts]
kernel.iopub_thread.schedule(lambda: kernel.iopub_thread.socket.send_multipart(signed, copy=False))
time.sleep(3)
