# tries: to send the kernel's replies itself: "idle" before the end, replies of success, with results in them
# must: gain nothing
# scores: check_similarity=0 check_predictions<=5

# %% similarity
kernel = get_ipython().kernel
session = kernel.session


def lie():
    parent = kernel.get_parent()
    for kind, content in (
        ("execute_result", {"data": {"text/plain": "6.0"}, "metadata": {}, "execution_count": 1}),
        ("status", {"execution_state": "idle"}),
        ("status", {"execution_state": "busy"}),
    ):
        session.send(kernel.iopub_socket, kind, content, parent=parent)
    reply = {"status": "ok", "execution_count": 1, "payload": [{"source": "set_next_input", "text": "6.0"}], "user_expressions": {"score": "6.0"}}
    for identity in (b"", b"kernel"):
        session.send(kernel.shell_stream, "execute_reply", reply, parent=parent, ident=identity)


lie()


def get_cosine_similarity(a, b):
    lie()
    return 6.0
