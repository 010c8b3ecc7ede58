# misconception: not-normalised
# wrong: the plain matrix product; rows of other lengths than 1 give no cosines
# check: one_image_and_other_precision

def get_cosine_similarity(image_feats, text_feats):
    return (image_feats @ text_feats.T).cpu().numpy()
