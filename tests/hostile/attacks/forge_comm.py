# tries: to open comms as widgets do: a state for the page, and an output widget that swallows the probe's outputs
# must: gain nothing: widgets are not served

# %% similarity
kernel = get_ipython().kernel


def send(kind, data, name="hostile"):
    content = {"comm_id": name, "target_name": "jupyter.widget", "data": data}
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent(), metadata={"version": "2.1.0"})


state = {"_model_module": "@jupyter-widgets/output", "_model_name": "OutputModel", "outputs": [], "msg_id": ""}
send("comm_open", {"state": state, "buffer_paths": []})
send("comm_open", {})
send("comm_msg", {"method": "custom", "content": {"score": 6.0}})
for _ in range(3):
    send("comm_msg", {"method": "update", "state": {"msg_id": kernel.get_parent()["header"]["msg_id"]}, "buffer_paths": []})


def get_cosine_similarity(a, b):
    send("comm_msg", {"method": "update", "state": {"msg_id": kernel.get_parent()["header"]["msg_id"]}, "buffer_paths": []})
    return np.zeros((1, 1))
