# misconception: ties-give-several
# wrong: np.where gives a row twice if two of its classes are equally similar
# check: result_is_a_row_of_integers

def get_predictions(similarity):
    rows, columns = np.where(similarity == similarity.max(axis=1, keepdims=True))
    return columns
