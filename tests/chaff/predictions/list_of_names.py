# misconception: class-names-returned
# wrong: a list of names
# check: result_is_a_row_of_integers

def get_predictions(similarity):
    names = []
    for row in similarity:
        names.append(CLASS_NAMES[np.argmax(row)])
    return names
