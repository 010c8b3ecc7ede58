# misconception: order-not-kept
# wrong: the rows are put in front of one another, so that the last image comes first
# check: image_features_are_the_projected_ones

def get_image_embeddings(images):
    rows = []
    with torch.no_grad():
        for image in images:
            feats = projected(clip_model.get_image_features(pixel_values=image.unsqueeze(0).to(device)))
            rows.insert(0, feats[0] / feats[0].norm())
    return torch.stack(rows)
