# misconception: list-returned
# wrong: a list
# check: result_is_a_row_of_integers

def get_predictions(similarity):
    return [int(row.argmax()) for row in similarity]
