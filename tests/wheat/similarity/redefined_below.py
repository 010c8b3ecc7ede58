# right: a first try is left in the cell; what counts is the definition below it

def get_cosine_similarity(image_feats, text_feats):
    return image_feats @ text_feats


def get_cosine_similarity(image_feats, text_feats):
    image_feats = image_feats / image_feats.norm(dim=-1, keepdim=True)
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return (image_feats @ text_feats.to(image_feats.device).T).cpu().numpy()
