# misconception: unprojected-output
# wrong: the image tower's pooled output, before the projection
# check: image_features_are_the_projected_ones

def get_image_embeddings(images):
    with torch.no_grad():
        image_feats = clip_model.vision_model(pixel_values=images.to(device)).pooler_output
    return image_feats / image_feats.norm(dim=-1, keepdim=True)
