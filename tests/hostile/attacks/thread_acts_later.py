# tries: to act after its cell has ended: a thread that publishes results and answers while later cells and checks run
# must: have the verdict stay, and only its own data judged

# %% similarity
import threading
import time

kernel = get_ipython().kernel
TYPE = "application/vnd.autograder.answer+json"


def act():
    while True:
        time.sleep(0.005)
        parent = kernel.get_parent()
        for kind in ("execute_result", "display_data"):
            content = {"data": {"text/plain": "6.0", TYPE: {"nonce": "0" * 32, "text": "6.0", "archive": ""}}, "metadata": {}, "execution_count": 4}
            kernel.session.send(kernel.iopub_socket, kind, content, parent=parent)


threading.Thread(target=act, daemon=True).start()


def get_cosine_similarity(a, b):
    return np.zeros((1, 1))
