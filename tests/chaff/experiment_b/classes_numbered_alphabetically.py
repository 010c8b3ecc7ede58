# misconception: prompts-of-other-classes
# wrong: the class indices follow the sorted keys, the labels follow CLASS_NAMES
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
    all_prompts, owner = [], []
    for idx, key in enumerate(sorted(prompts_by_class)):
        for text in prompts_by_class[key]:
            all_prompts.append(text)
            owner.append(idx)
    sim_multi = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(all_prompts))
    pred_multi = get_multi_prompt_predictions(sim_multi, np.array(owner))
    multi_prompt_accuracy = float(np.mean(pred_multi == all_labels))
    print(f"several prompts a class: {multi_prompt_accuracy:.3f}")
    print(f"one bare name a class: {baseline_accuracy:.3f}")
