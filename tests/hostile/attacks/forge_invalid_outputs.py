# tries: to get outputs into the notebook that the format forbids, so that it cannot be written or shown later:
#        counts that are texts, other stream names, data that are numbers
# must: leave a valid notebook, with feedback
# scores: check_similarity=0 check_predictions<=5

# %% similarity
kernel = get_ipython().kernel


def send(kind, **content):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())


def strange():
    send("stream", name="<script>", text="x")
    send("execute_input", code="x", execution_count="<b>7</b>")
    send("execute_result", data={"text/plain": "6.0"}, metadata={}, execution_count="<script>document.title='!forge!'</script>")
    send("execute_result", data={"text/plain": "6.0"}, metadata=[], execution_count=-1)
    send("display_data", data={"text/plain": ["6", ".0"], "image/png": 7, "": "x", "x" * 1000: {}}, metadata={"image/png": {"width": "1 onerror=x"}})
    send("display_data", data={"application/json": float("nan")}, metadata={})
    send("error", ename="\ud800", evalue="\udfff", traceback=["\x00\x1b]0;owned\x07"])


strange()


def get_cosine_similarity(a, b):
    strange()
    return np.zeros((1, 1))
