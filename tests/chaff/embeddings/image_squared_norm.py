# misconception: squared-norm
# wrong: the rows are divided by their length twice
# check: image_rows_have_unit_length

def get_image_embeddings(images):
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    lengths = image_feats.norm(dim=-1, keepdim=True)
    image_feats = image_feats / lengths
    return image_feats / lengths
