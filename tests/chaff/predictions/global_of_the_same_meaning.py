# misconception: global-instead-of-argument
# wrong: the argument is called sim, the body uses a global called similarity
# check: result_follows_the_argument

similarity = get_cosine_similarity(
    get_image_embeddings(next(iter(test_loader))[0]), get_text_embeddings(CLASS_NAMES)
)


def get_predictions(sim):
    preds = []
    for row in similarity:
        preds.append(row.argmax())
    return np.array(preds)
