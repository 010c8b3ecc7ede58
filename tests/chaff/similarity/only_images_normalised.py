# misconception: only-one-side-normalised
# wrong: only the image rows are divided by their length
# check: one_image_and_other_precision

def get_cosine_similarity(image_feats, text_feats):
    image_feats = image_feats / image_feats.norm(dim=-1, keepdim=True)
    return (image_feats @ text_feats.T).cpu().numpy()
