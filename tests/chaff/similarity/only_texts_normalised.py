# misconception: only-one-side-normalised
# wrong: a slip: the text rows are normalised twice, the images never
# check: one_image_and_other_precision

def get_cosine_similarity(image_feats, text_feats):
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return (image_feats @ text_feats.T).cpu().numpy()
