# misconception: wrong-index-dtype
# wrong: the indices are floating-point numbers
# check: result_is_a_row_of_integers

def get_predictions(similarity):
    predictions = np.zeros(len(similarity))
    for i, row in enumerate(similarity):
        predictions[i] = np.argmax(row)
    return predictions
