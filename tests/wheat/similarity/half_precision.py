# right: the product is taken in float16, on rows of unit length

def get_cosine_similarity(image_feats, text_feats):
    a = (image_feats / image_feats.norm(dim=1, keepdim=True)).half()
    b = (text_feats / text_feats.norm(dim=1, keepdim=True)).half()
    return (a @ b.T.to(a.device)).cpu().numpy()
