# misconception: softmax-applied
# wrong: probabilities are returned instead of cosines
# check: values_are_cosines

def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=-1, keepdim=True)
    b = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return (a @ b.T).softmax(dim=-1).cpu().numpy()
