# misconception: absolute-values
# wrong: the largest absolute value wins
# check: one_image_with_negative_values

def get_predictions(similarity):
    return np.abs(similarity).argmax(axis=1)
