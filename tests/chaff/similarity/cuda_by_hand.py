# misconception: hard-coded-cuda
# wrong: both inputs are sent to "cuda"
# check: shape_is_images_by_texts

def get_cosine_similarity(image_feats, text_feats):
    a = torch.nn.functional.normalize(image_feats.to("cuda"), dim=-1)
    b = torch.nn.functional.normalize(text_feats.to("cuda"), dim=-1)
    return (a @ b.T).cpu().numpy()
