# right: sorted() with a key, row by row; accuracy counted in a loop

def get_top_k_predictions(similarity, k):
    rows = []
    for row in similarity:
        order = sorted(range(len(row)), key=lambda c: row[c], reverse=True)
        rows.append(order[:k])
    return np.array(rows)


def top_k_accuracy(y_true, top_k):
    correct = 0
    for i in range(len(y_true)):
        if y_true[i] in top_k[i]:
            correct += 1
    return correct / len(y_true)
