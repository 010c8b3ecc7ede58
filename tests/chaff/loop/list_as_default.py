# misconception: lists-not-reset
# wrong: a list as the default of an argument lives on between the calls
# check: a_second_run_starts_afresh

def run_zero_shot(loader, text_feats, y_true=[], y_pred=[]):
    for images, labels in loader:
        similarity = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_pred += get_predictions(similarity).tolist()
        y_true += labels.tolist()
    return np.array(y_true), np.array(y_pred)
