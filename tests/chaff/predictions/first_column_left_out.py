# misconception: class-zero-lost
# wrong: class 0 can never win
# check: best_class_of_each_row


def get_predictions(similarity):
    return 1 + similarity[:, 1:].argmax(axis=1)
