# misconception: extra-dimension
# wrong: shape (1, N)
# check: result_is_a_row_of_integers

def get_predictions(similarity):
    return np.array([similarity.argmax(axis=1)])
