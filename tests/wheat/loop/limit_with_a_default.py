# right: a limit for trying things out, off by default

def run_zero_shot(loader, text_feats, max_batches=None):
    y_true, y_pred = [], []
    for i, (images, labels) in enumerate(loader):
        if max_batches is not None and i >= max_batches:
            break
        sims = get_cosine_similarity(get_image_embeddings(images), text_feats)
        y_true.append(labels)
        y_pred.append(torch.from_numpy(get_predictions(sims)))
    return torch.cat(y_true).numpy(), torch.cat(y_pred).numpy()
