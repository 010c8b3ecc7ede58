# tries: to publish results in the name of the graded cell: before, in and after it, with every kind of message
# must: have the last output of a graded cell written by the grader alone

# %% similarity
kernel = get_ipython().kernel


def publish(*ignored):
    for kind in ("execute_result", "display_data", "stream"):
        content = {"name": "stdout", "text": "6.0"} if kind == "stream" else {"data": {"text/plain": "6.0"}, "metadata": {}, "execution_count": 4, "transient": {}}
        kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())


for event in ("pre_run_cell", "post_run_cell", "pre_execute", "post_execute"):
    get_ipython().events.register(event, publish)
publish()


def get_cosine_similarity(a, b):
    publish()
    return 6.0
