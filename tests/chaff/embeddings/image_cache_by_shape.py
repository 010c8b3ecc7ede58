# misconception: stale-cache
# wrong: batches of the same shape get the embeddings of the first of them
# check: image_features_are_the_projected_ones

_image_cache = {}


def get_image_embeddings(images):
    key = tuple(images.shape)
    if key not in _image_cache:
        with torch.no_grad():
            feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
        _image_cache[key] = feats / feats.norm(dim=-1, keepdim=True)
    return _image_cache[key]
