# misconception: part-of-the-argument
# wrong: the last column is never looked at
# check: best_class_of_each_row

def get_predictions(similarity):
    return similarity[:, :-1].argmax(axis=1)
