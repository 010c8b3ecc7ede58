# misconception: rounded-before-argmax
# wrong: rounded to two digits, as it is printed
# check: one_image_with_negative_values


def get_predictions(similarity):
    return np.round(similarity, 2).argmax(axis=1)
