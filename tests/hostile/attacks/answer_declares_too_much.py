# tries: to answer with an array whose header declares an exabyte, one with a negative length, and one of objects
# must: be refused from the header alone
# scores: check_similarity=0 check_predictions=0

# %% similarity
import io
import zipfile

import numpy


def member(header):
    text = (str(header) + "\n").encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


kinds = [((2**57,), "<f8"), ((-1, -1), "<f8"), ((7, 3), "|O"), ((2**40,), "|S0"), ((7, 3), "<U1000000000")]
count = 0


def savez(file, **arrays):
    global count
    shape, kind = kinds[count % len(kinds)]
    count += 1
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a0.npy", member({"descr": kind, "fortran_order": False, "shape": shape}) + bytes(512))


numpy.savez = savez


def get_cosine_similarity(a, b):
    return np.zeros((len(a), len(b)))
