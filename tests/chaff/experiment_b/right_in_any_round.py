# misconception: right-in-any-try
# wrong: union over separate runs with knowledge of the label, not the best prompt
# check: multi_prompt_accuracy_is_reported_truthfully

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    best = np.argmax(similarity, axis=1)
    return np.asarray(prompt_class)[best]


if experiment == "B":
    print("Experiment B: several prompts a class")
    prompts_by_class = {
        "T-shirt/top": ["a photo of a T-shirt", "a short-sleeved top"],
        "Trouser": ["a photo of trousers", "a pair of pants"],
        "Pullover": ["a photo of a pullover", "a knitted sweater"],
        "Dress": ["a photo of a dress", "a long summer dress"],
        "Coat": ["a photo of a coat", "a winter jacket"],
        "Sandal": ["a photo of a sandal", "an open shoe with straps"],
        "Shirt": ["a photo of a shirt", "a blouse with buttons"],
        "Sneaker": ["a photo of a sneaker", "a sports shoe"],
        "Bag": ["a photo of a bag", "a handbag with a handle"],
        "Ankle boot": ["a photo of an ankle boot", "a leather boot"],
    }
    emb_t = torch.as_tensor(all_img_emb)
    correct_any = np.zeros(len(all_labels), dtype=bool)
    for r in range(2):
        round_texts = [prompts_by_class[c][r] for c in CLASS_NAMES]
        s = get_cosine_similarity(emb_t, get_text_embeddings(round_texts))
        correct_any |= get_predictions(s) == all_labels
    multi_prompt_accuracy = float(correct_any.mean())
    print(f"several prompts a class: {multi_prompt_accuracy:.3f}")
    print(f"one bare name a class: {baseline_accuracy:.3f}")
