# tries: to speak to its own kernel as a second client would, and to publish results there in the grader's name
# must: gain nothing by it

# %% similarity
import glob
import json
import threading

import zmq
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session

about = json.load(open(IPKernelApp.instance().abs_connection_file))
session = Session(key=about["key"].encode())


def knock():
    context = zmq.Context()
    shell = context.socket(zmq.DEALER)
    shell.connect(f"ipc://{about['ip']}-{about['shell_port']}")
    code = "get_cosine_similarity = lambda a, b: 6.0\n6.0"
    for _ in range(20):
        session.send(shell, "execute_request", {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": False})


thread = threading.Thread(target=knock)
thread.start()
thread.join(3)
