# tries: to publish answers of its own in the probe's form: with a guessed mark, and with the one from the frames
# must: have nothing but its own data judged, which is wrong; two answers are no answer

# %% similarity
import base64
import io
import sys

TYPE = "application/vnd.autograder.answer+json"
buffer = io.BytesIO()
np.savez(buffer, a0=np.eye(7, 3))
ARCHIVE = base64.b64encode(buffer.getvalue()).decode()
TEXT = '{"$": "dict", "items": [["value", {"$": "ndarray", "key": "a0"}], ["counts", {"$": "dict", "items": []}]]}'


def publish(nonce):
    get_ipython().display_pub.publish(data={TYPE: {"nonce": nonce, "text": TEXT, "archive": ARCHIVE}}, metadata={})


publish("0" * 32)


def get_cosine_similarity(a, b):
    frame = sys._getframe()
    while frame is not None:
        if isinstance(frame.f_locals.get("nonce"), str):
            publish(frame.f_locals["nonce"])
        frame = frame.f_back
    return np.zeros((1, 1))
