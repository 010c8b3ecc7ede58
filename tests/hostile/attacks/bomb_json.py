# tries: to send a message that is small as text and takes gigabytes once it has been read
# must: not make the grader's memory grow by gigabytes
# scores: check_similarity=0 check_predictions<=5

# %% similarity
kernel = get_ipython().kernel
session = kernel.session
content = b"[" + b"[],[],[],[]," * (15 * 10**6) + b"[]]"
header, parent, metadata = (session.pack(part) for part in (session.msg_header("stream"), kernel.get_parent()["header"], {}))
parts = [b"stream", b"<IDS|MSG>", session.sign([header, parent, metadata, content]), header, parent, metadata, content]
kernel.iopub_thread.schedule(lambda: kernel.iopub_thread.socket.send_multipart(parts))
import time

time.sleep(4)
