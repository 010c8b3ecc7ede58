# misconception: top-k-ascending
# wrong: largest=False
# check: best_first

def get_top_k_predictions(similarity, k):
    return torch.topk(torch.from_numpy(similarity), k, dim=1, largest=False).indices.numpy()
