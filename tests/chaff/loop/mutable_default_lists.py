# misconception: lists-not-reset
# wrong: the lists are shared by all calls, old results are in front of the new ones
# check: labels_of_uneven_batches

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor, all_true=[], all_pred=[]) -> tuple[np.ndarray, np.ndarray]:
    for images, labels in loader:
        image_feats = get_image_embeddings(images)
        similarity = get_cosine_similarity(image_feats, text_feats)
        all_true += labels.tolist()
        all_pred += get_predictions(similarity).tolist()
    return np.array(all_true), np.array(all_pred)
