# misconception: isin-over-batch
# wrong: `label in top_k` looks at every row
# check: top_k_accuracy_is_row_by_row

def top_k_accuracy(y_true, top_k):
    hits = 0
    for label in y_true:
        if label in top_k:
            hits += 1
    return hits / len(y_true)
