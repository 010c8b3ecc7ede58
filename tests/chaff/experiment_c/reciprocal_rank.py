# misconception: guesses-weighted
# wrong: weights hits by 1/rank: mean reciprocal rank, not top-k accuracy
# check: top_k_accuracy_is_row_by_row

# %% id="experiment_c"
def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    total = 0.0
    for t, guesses in zip(y_true, top_k):
        for rank, g in enumerate(guesses, start=1):
            if g == t:
                total += 1 / rank
    return total / len(y_true)
