# misconception: not-normalised
# wrong: np.dot without the lengths
# check: values_are_cosines

def get_cosine_similarity(image_feats, text_feats):
    return np.dot(image_feats.cpu().numpy(), text_feats.cpu().numpy().T)
