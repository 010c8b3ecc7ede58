# misconception: depends-on-batch
# wrong: mean and deviation over the batch, as batch normalisation does
# check: an_image_alone_gives_the_same_row

def get_image_embeddings(images):
    with torch.no_grad():
        feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    feats = (feats - feats.mean(dim=0)) / (feats.std(dim=0, unbiased=False) + 1e-6)
    return torch.nn.functional.normalize(feats, dim=-1)
