# misconception: depends-on-batch
# wrong: the mean of the batch is taken off first
# check: an_image_alone_gives_the_same_row

def get_image_embeddings(images):
    with torch.no_grad():
        feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    feats = feats - feats.mean(dim=0, keepdim=True)
    return feats / feats.norm(dim=-1, keepdim=True).clamp_min(1e-9)
