# misconception: random-answers
# wrong: a class is drawn with the probabilities of a softmax
# check: one_image_with_negative_values


def get_predictions(similarity):
    powers = np.exp(2000 * (similarity - similarity.max(axis=1, keepdims=True)))
    chances = powers.astype(np.float64)
    chances /= chances.sum(axis=1, keepdims=True)
    rng = np.random.default_rng()
    return np.array([rng.choice(len(row), p=row) for row in chances])
