# misconception: unpooled-output
# wrong: out[0] is the last hidden state: a row for each patch
# check: image_features_are_the_projected_ones

def get_image_embeddings(images):
    with torch.no_grad():
        image_feats = clip_model.get_image_features(pixel_values=images.to(device))[0]
    return image_feats / image_feats.norm(dim=-1, keepdim=True)
