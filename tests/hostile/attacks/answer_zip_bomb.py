# tries: to answer with a small archive that unpacks into 400 times its size
# must: be refused before anything is unpacked
# scores: check_similarity=0 check_predictions=0

# %% similarity
import io
import zipfile

import numpy


def member(header):
    text = (str(header) + "\n").encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


bomb = io.BytesIO()
with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    with archive.open("a0.npy", "w", force_zip64=True) as stream:
        stream.write(member({"descr": "<f8", "fortran_order": False, "shape": (400 * 2**17,)}))
        for _ in range(400):
            stream.write(bytes(2**20))
numpy.savez = lambda file, **arrays: file.write(bomb.getvalue())


def get_cosine_similarity(a, b):
    return np.zeros((len(a), len(b)))
