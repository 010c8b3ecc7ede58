# misconception: depends-on-batch
# wrong: takes the longer side of the table for the images
# check: one_image_with_negative_values


def get_predictions(similarity):
    similarity = np.asarray(similarity)
    rows, columns = similarity.shape
    return similarity.argmax(axis=1 if rows >= columns or rows < 4 else 0)[:rows]
