# misconception: negatives-cut
# wrong: the search starts at the value 0, so rows of negative values give class 0
# check: one_image_with_negative_values

def get_predictions(similarity):
    predictions = []
    for row in similarity:
        best, best_value = 0, 0.0
        for i in range(len(row)):
            if row[i] > best_value:
                best, best_value = i, row[i]
        predictions.append(best)
    return np.array(predictions)
