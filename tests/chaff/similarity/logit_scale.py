# misconception: scaled-similarity
# wrong: multiplied by the model's logit scale
# check: values_are_cosines

def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=-1, keepdim=True)
    b = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return (clip_model.logit_scale.exp() * a @ b.T).detach().cpu().numpy()
