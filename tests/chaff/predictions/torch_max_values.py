# misconception: values-instead-of-indices
# wrong: the first of the two things that torch.max returns
# check: result_is_a_row_of_integers

def get_predictions(similarity):
    values, indices = torch.max(torch.as_tensor(similarity), dim=1)
    return values.numpy()
