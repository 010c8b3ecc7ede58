# misconception: ties-give-several
# wrong: all winners of a row are collected
# check: result_is_a_row_of_integers

def get_predictions(similarity):
    winners = []
    for row in similarity:
        best = max(row)
        winners.extend([i for i, value in enumerate(row) if value == best])
    return np.array(winners)
