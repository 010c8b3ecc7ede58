# misconception: tensor-instead-of-array
# wrong: a torch tensor
# check: result_is_a_row_of_integers

def get_predictions(similarity):
    return torch.argmax(torch.as_tensor(similarity), dim=1)
