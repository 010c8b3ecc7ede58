# tries: to swap a function that failed its checks for another one afterwards, and to destroy one that passed
# must: have each exercise judged at its own cell, with what was there then
# scores: check_similarity=0 check_predictions=5

# %% similarity
import threading
import time


def get_cosine_similarity(a, b):
    return np.zeros((1, 1))


def swap():
    while len(In) < 5:  # the next exercise has begun
        time.sleep(0.005)
    globals()["get_cosine_similarity"] = lambda a, b: (a / a.norm(dim=1, keepdim=True) @ (b / b.norm(dim=1, keepdim=True)).T).numpy()

    while "finished" not in globals():
        time.sleep(0.005)
    globals()["get_predictions"] = None
    print("both swapped")


threading.Thread(target=swap, daemon=True).start()

# %% after check_predictions
finished = True
time.sleep(0.5)
print(get_predictions, get_cosine_similarity(torch.ones(1, 2), torch.ones(1, 2)))
