# tries: to confuse the grader with messages that are none: missing parts, wrong types, wrong signatures, deep nesting
# must: be given up at most by itself; the reason is told
# scores: check_similarity=0 check_predictions<=5

# %% similarity
import json

kernel = get_ipython().kernel
session = kernel.session
parent = kernel.get_parent()


def raw(content, parent_header=None, kind="stream", sign=True):
    header = session.pack({**session.msg_header(kind), "msg_type": kind})
    parts = [header, session.pack(parent["header"]) if parent_header is None else parent_header, b"{}", content]
    signature = session.sign(parts) if sign else b"0" * 64
    kernel.iopub_thread.schedule(lambda: kernel.iopub_thread.socket.send_multipart([b"x", b"<IDS|MSG>", signature, *parts]))


def flood():
    for content in (b"{}", b"[]", b"null", b"7", b'"x"', b"[" * 100_000, b"{", b"\xff\xfe", b'{"data": {"text/plain": 6}, "metadata": 3}', b"1" * 10_000):
        for kind in ("stream", "error", "execute_result", "display_data", "update_display_data", "status", "comm_open", "clear_output", "execute_input", "\u0000", "shutdown_reply"):
            raw(content, kind=kind)
    raw(b'{"name": "stdout", "text": "x"}', parent_header=b"[]")
    raw(b'{"name": "stdout", "text": "x"}', sign=False)
    kernel.iopub_thread.schedule(lambda: kernel.iopub_thread.socket.send_multipart([b"no message at all"]))
    kernel.iopub_thread.schedule(lambda: kernel.iopub_thread.socket.send_multipart([b"", b"<IDS|MSG>"]))


def get_cosine_similarity(a, b):
    flood()
    return 6.0


flood()
