# misconception: level-matters
# wrong: the first class above a fixed threshold wins, not the most similar one
# check: best_class_of_each_row

# %% id="predictions"
def get_predictions(similarity: np.ndarray) -> np.ndarray:
    # CLIP similarities are about 0.2 - 0.3, so take 0.25 as the cut
    hits = similarity >= 0.25
    return hits.argmax(axis=1)
