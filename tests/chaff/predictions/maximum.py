# misconception: values-instead-of-indices
# wrong: the largest values
# check: result_is_a_row_of_integers

def get_predictions(similarity):
    return similarity.max(axis=1)
