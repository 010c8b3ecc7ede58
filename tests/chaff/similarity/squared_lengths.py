# misconception: squared-norm
# wrong: divided by the sums of squares
# check: one_image_and_other_precision

def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / (image_feats**2).sum(dim=1, keepdim=True)
    b = text_feats / (text_feats**2).sum(dim=1, keepdim=True)
    return (a @ b.T).cpu().numpy()
