# misconception: sizes-taken-for-granted
# wrong: images from the hundredth on get class 0
# check: result_follows_the_argument


def get_predictions(similarity):
    best = np.zeros(len(similarity), dtype=int)
    best[:100] = similarity[:100].argmax(axis=1)
    return best
