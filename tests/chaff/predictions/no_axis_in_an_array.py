# misconception: argmax-of-everything
# wrong: one winner of the flattened table, put into an array
# check: best_class_of_each_row

def get_predictions(similarity):
    best = np.argmax(similarity.flatten())
    return np.array([best])
