# misconception: one-pair-only
# wrong: cosine_similarity pairs row i with row i
# check: shape_is_images_by_texts

def get_cosine_similarity(image_feats, text_feats):
    return torch.nn.functional.cosine_similarity(image_feats, text_feats, dim=1).cpu().numpy()
