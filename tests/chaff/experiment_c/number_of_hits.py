# misconception: counts-not-shares
# wrong: the number of hits is returned, not the share
# check: top_k_accuracy_is_row_by_row

def top_k_accuracy(y_true, top_k):
    hits = 0
    for label, row in zip(y_true, top_k):
        hits += int(label in row)
    return hits
