# misconception: tensor-instead-of-array
# wrong: .cpu() was taken for .numpy()
# check: shape_is_images_by_texts

def get_cosine_similarity(image_feats, text_feats) -> np.ndarray:
    a = torch.nn.functional.normalize(image_feats, dim=1)
    b = torch.nn.functional.normalize(text_feats, dim=1)
    return torch.mm(a, b.t()).cpu()
