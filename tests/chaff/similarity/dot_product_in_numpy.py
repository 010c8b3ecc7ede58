# misconception: not-normalised
# wrong: np.dot without the lengths
# check: one_image_and_other_precision

def get_cosine_similarity(image_feats, text_feats):
    return np.dot(image_feats.cpu().numpy(), text_feats.cpu().numpy().T)
