# misconception: rounded-before-argmax
# wrong: similarities are cut to one decimal first, so nearly all tie
# check: result_follows_the_argument

# %% id="predictions"
def get_predictions(similarity: np.ndarray) -> np.ndarray:
    # floats are inexact, compare whole numbers
    tenths = (np.asarray(similarity) * 10).astype(int)
    return tenths.argmax(axis=1)
