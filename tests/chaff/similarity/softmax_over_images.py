# misconception: softmax-wrong-axis
# wrong: softmax, and over the images
# check: values_are_cosines

def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=-1, keepdim=True)
    b = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return torch.softmax(a @ b.T, dim=0).cpu().numpy()
