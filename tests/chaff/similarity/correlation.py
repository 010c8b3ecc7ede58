# misconception: correlation-instead-of-cosine
# wrong: the rows are centred first, which gives Pearson's correlation
# check: values_are_cosines

def get_cosine_similarity(image_feats, text_feats):
    a = image_feats - image_feats.mean(dim=1, keepdim=True)
    b = text_feats - text_feats.mean(dim=1, keepdim=True)
    a = a / a.norm(dim=1, keepdim=True)
    b = b / b.norm(dim=1, keepdim=True)
    return (a @ b.T).cpu().numpy()
