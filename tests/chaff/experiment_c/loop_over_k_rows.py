# misconception: part-of-the-argument
# wrong: the loop runs over k instead of over the N rows
# check: top_k_accuracy_is_row_by_row

# %% id="experiment_c"
def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    correct = 0
    for i in range(len(top_k[0])):
        if y_true[i] in top_k[i]:
            correct = correct + 1
    return correct / len(y_true)
