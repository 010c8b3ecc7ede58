# misconception: argmax-of-everything
# wrong: argmax without axis finds one place in the whole table
# check: best_class_of_each_row

def get_predictions(similarity):
    return similarity.argmax()
