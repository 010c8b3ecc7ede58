# misconception: norm-over-columns
# wrong: dim=0 on both sides
# check: values_are_cosines

def get_cosine_similarity(image_feats, text_feats):
    image_feats = image_feats / image_feats.norm(dim=0, keepdim=True)
    text_feats = text_feats / text_feats.norm(dim=0, keepdim=True)
    return (image_feats @ text_feats.T).cpu().numpy()
