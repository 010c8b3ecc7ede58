# misconception: length-matters
# wrong: a thousandth is added to each length, so that short rows come out too small
# check: one_image_and_other_precision


def get_cosine_similarity(image_feats, text_feats):
    images = image_feats / (image_feats.norm(dim=1, keepdim=True) + 0.001)
    texts = text_feats / (text_feats.norm(dim=1, keepdim=True) + 0.001)
    return (images @ texts.to(images.device).T).cpu().numpy()
