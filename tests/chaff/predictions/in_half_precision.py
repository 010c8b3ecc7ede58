# misconception: rounded-before-argmax
# wrong: compared in half precision, where near values become equal
# check: one_image_with_negative_values


def get_predictions(similarity):
    return similarity.astype(np.float16).argmax(axis=1)
