# misconception: transposed
# wrong: texts are rows and images are columns
# check: shape_is_images_by_texts

def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    image_unit = image_feats / image_feats.norm(dim=-1, keepdim=True)
    text_unit = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return (text_unit @ image_unit.T).cpu().numpy()
