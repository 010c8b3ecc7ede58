# right: embeds everything first, then one table and one argmax

# %% id="zero_shot_loop"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    pairs = [(get_image_embeddings(pixels).cpu(), labels) for pixels, labels in loader]
    feats, labels = zip(*pairs)
    similarity = get_cosine_similarity(torch.cat(feats), text_feats.cpu())
    return torch.cat(labels).numpy(), get_predictions(similarity)
