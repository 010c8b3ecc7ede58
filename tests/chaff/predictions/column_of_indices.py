# misconception: extra-dimension
# wrong: keepdims gives shape (N, 1)
# check: result_is_a_row_of_integers

def get_predictions(similarity):
    return np.argmax(similarity, axis=1, keepdims=True)
