# misconception: random-answers
# wrong: draws the class at random by softmax probability instead of taking the best
# check: result_follows_the_argument

# %% id="predictions"
def get_predictions(similarity: np.ndarray) -> np.ndarray:
    logits = torch.as_tensor(similarity, dtype=torch.float32) * 100.0
    probs = torch.softmax(logits, dim=-1)
    return torch.multinomial(probs, num_samples=1).squeeze(1).numpy()
