# misconception: one-pair-only
# wrong: each image is compared with the first text alone
# check: shape_is_images_by_texts

def get_cosine_similarity(image_feats, text_feats):
    result = []
    for image in image_feats:
        result.append(torch.nn.functional.cosine_similarity(image, text_feats[0], dim=0).item())
    return np.array(result)
