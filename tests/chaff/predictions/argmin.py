# misconception: argmin
# wrong: the smallest similarity, as with distances
# check: best_class_of_each_row

def get_predictions(similarity):
    return np.argmin(similarity, axis=1)
