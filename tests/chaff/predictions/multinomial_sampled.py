# misconception: random-answers
# wrong: draws the class at random instead of taking the most similar
# check: result_follows_the_argument

# %% id="predictions"
def get_predictions(similarity: np.ndarray) -> np.ndarray:
    logits = torch.as_tensor(similarity, dtype=torch.float32) * 100
    probs = torch.softmax(logits, dim=-1)
    next_class = torch.multinomial(probs, num_samples=1)
    return next_class.squeeze(1).numpy()
