# misconception: one-based-indices
# wrong: classes from 1 to M
# check: best_class_of_each_row

def get_predictions(similarity):
    return similarity.argmax(axis=1) + 1
