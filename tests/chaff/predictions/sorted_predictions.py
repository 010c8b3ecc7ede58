# misconception: answers-sorted
# wrong: the predictions are sorted
# check: best_class_of_each_row


def get_predictions(similarity):
    return np.sort(similarity.argmax(axis=1))
