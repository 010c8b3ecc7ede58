# misconception: class-names-returned
# wrong: names instead of indices
# check: result_is_a_row_of_integers

def get_predictions(similarity):
    return np.array([CLASS_NAMES[i] for i in similarity.argmax(axis=1)])
