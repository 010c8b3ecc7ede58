# misconception: wrong-index-dtype
# wrong: the indices are turned into text
# check: result_is_a_row_of_integers

def get_predictions(similarity):
    return similarity.argmax(axis=1).astype(str)
