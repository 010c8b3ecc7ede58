# misconception: wrong-length
# wrong: a leftover factor of an experiment
# check: image_rows_have_unit_length

def get_image_embeddings(images):
    with torch.no_grad():
        feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    return 3 * feats / feats.norm(dim=-1, keepdim=True)
