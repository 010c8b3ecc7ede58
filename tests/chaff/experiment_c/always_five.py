# misconception: k-ignored
# wrong: five columns, whatever k is
# check: best_first

def get_top_k_predictions(similarity, k=5):
    top_values, top_indices = torch.topk(torch.as_tensor(similarity), 5, dim=1)
    return top_indices.numpy()
