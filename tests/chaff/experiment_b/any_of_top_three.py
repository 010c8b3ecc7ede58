# misconception: right-in-any-try
# wrong: counts a hit when one of the three best prompts is of the true class
# check: multi_prompt_accuracy_is_reported_truthfully

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    best_prompt = np.argmax(similarity, axis=1)
    return np.asarray(prompt_class)[best_prompt]


if experiment == "B":
    print("Experiment B: several prompts a class")
    prompts_by_class = {
        "T-shirt/top": ["a photo of a T-shirt", "a photo of a short-sleeved top"],
        "Trouser": ["a photo of trousers", "a pair of long pants"],
        "Pullover": ["a photo of a pullover", "a knitted sweater"],
        "Dress": ["a photo of a dress", "a long gown for women"],
        "Coat": ["a photo of a coat", "a long winter jacket"],
        "Sandal": ["a photo of a sandal", "an open shoe with straps"],
        "Shirt": ["a photo of a shirt", "a blouse with buttons"],
        "Sneaker": ["a photo of a sneaker", "a flat sports shoe"],
        "Bag": ["a photo of a bag", "a handbag with a handle"],
        "Ankle boot": ["a photo of an ankle boot", "a high boot with a heel"],
    }
    texts_b, owner = [], []
    for idx, name in enumerate(CLASS_NAMES):
        for text in prompts_by_class[name]:
            texts_b.append(text)
            owner.append(idx)
    owner = np.array(owner)
    S = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts_b))
    top3 = np.argsort(-S, axis=1)[:, :3]
    # right, if any prompt of the class is among the winners
    is_right = (owner[top3] == all_labels[:, None]).any(axis=1)
    multi_prompt_accuracy = float(is_right.mean())
    print(f"several prompts a class: {multi_prompt_accuracy:.3f}")
    print(f"one bare name a class: {baseline_accuracy:.3f}")
