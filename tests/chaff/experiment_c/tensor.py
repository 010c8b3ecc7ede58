# misconception: tensor-instead-of-array
# wrong: a torch tensor is returned
# check: best_first

def get_top_k_predictions(similarity, k):
    return torch.topk(torch.as_tensor(similarity), k, dim=1).indices
