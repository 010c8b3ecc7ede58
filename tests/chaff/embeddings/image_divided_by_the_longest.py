# misconception: depends-on-batch
# wrong: all rows are divided by the length of the longest in the batch
# check: image_rows_have_unit_length

def get_image_embeddings(images):
    with torch.no_grad():
        feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    return feats / feats.norm(dim=-1).max()
