# right: everything in torch until the end

@torch.no_grad()
def run_zero_shot(loader, text_feats):
    text_feats = text_feats.to(device)
    truths, guesses = [], []
    for images, labels in loader:
        scores = get_image_embeddings(images) @ text_feats.T
        guesses.append(scores.argmax(dim=1).cpu())
        truths.append(labels)
    return torch.cat(truths).numpy(), torch.cat(guesses).numpy()
