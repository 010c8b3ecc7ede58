# misconception: one-pair-only
# wrong: only the first image and the first text are compared
# check: shape_is_images_by_texts

def get_cosine_similarity(image_feats, text_feats):
    cos = torch.nn.CosineSimilarity(dim=0)
    return np.array(cos(image_feats[0], text_feats[0]).cpu())
