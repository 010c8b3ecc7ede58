# misconception: one-based-indices
# wrong: enumerate starts at 1
# check: best_class_of_each_row

def get_predictions(similarity):
    result = []
    for row in similarity:
        best, best_value = 1, row[0]
        for number, value in enumerate(row, start=1):
            if value > best_value:
                best, best_value = number, value
        result.append(best)
    return np.array(result)
