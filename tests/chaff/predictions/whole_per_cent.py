# misconception: rounded-before-argmax
# wrong: cut to whole per cent before the comparison
# check: one_image_with_negative_values


def get_predictions(similarity):
    return (100 * similarity).astype(int).argmax(axis=1)
