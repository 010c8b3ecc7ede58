# misconception: global-instead-of-argument
# wrong: reads the table of another cell
# check: result_follows_the_argument

images, labels = next(iter(test_loader))
similarities = get_cosine_similarity(get_image_embeddings(images), get_text_embeddings(CLASS_NAMES))


def get_predictions(similarity):
    return np.argmax(similarities, axis=1)
