# misconception: absolute-values
# wrong: squared, "so that the differences show"
# check: one_image_with_negative_values

def get_predictions(similarity):
    return np.argmax(similarity**2, axis=1)
