# right: two plain loops, as the formula stands in the book

def get_cosine_similarity(image_feats, text_feats):
    n, m = len(image_feats), len(text_feats)
    result = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            a, b = image_feats[i].cpu(), text_feats[j].cpu()
            result[i, j] = float(torch.dot(a, b) / (torch.norm(a) * torch.norm(b)))
    return result
