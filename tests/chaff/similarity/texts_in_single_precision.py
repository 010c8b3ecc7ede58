# misconception: none
# wrong: the texts alone are cast to single precision, so features in double precision cannot be compared
# check: one_image_and_other_precision

def get_cosine_similarity(image_feats, text_feats):
    images = image_feats / image_feats.norm(dim=-1, keepdim=True)
    texts = text_feats.float()
    texts = texts / texts.norm(dim=-1, keepdim=True)
    return (images @ texts.T).cpu().numpy()
