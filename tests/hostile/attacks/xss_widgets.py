# tries: to run a script from the state of widgets, which pages embed
# must: not be embedded

# %% edit
payload = "</script><script>document.title+='!xss_widgets state!'</script>"
notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {payload: {"model_name": payload, "model_module": payload, "state": {"x": payload}}}, "version_major": 2, "version_minor": 0}}

# %% similarity
kernel = get_ipython().kernel
PAYLOAD = "</script><script>document.title+='!xss_widgets comm!'</script>"
content = {"comm_id": PAYLOAD, "target_name": "jupyter.widget", "data": {"state": {"_model_name": PAYLOAD, "_model_module": PAYLOAD, "_model_module_version": PAYLOAD}, "buffer_paths": []}}
kernel.session.send(kernel.iopub_socket, "comm_open", content, parent=kernel.get_parent())
from IPython.display import display

display({"application/vnd.jupyter.widget-view+json": {"model_id": PAYLOAD, "version_major": 2, "version_minor": 0}, "text/plain": "w"}, raw=True)
