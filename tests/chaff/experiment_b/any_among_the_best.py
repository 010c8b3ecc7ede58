# misconception: right-in-any-try
# wrong: a hit is counted if one of the true class's prompts is among the three best columns
# check: multi_prompt_accuracy_is_reported_truthfully

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    return np.asarray(prompt_class)[np.argmax(similarity, axis=1)]


if experiment == "B":
    print("Experiment B: several prompts a class")
    prompts_by_class = {
        name: [name, f"a photo of a {name}", f"a product picture of a {name}, grey"] for name in CLASS_NAMES
    }

    texts, prompt_class = [], []
    for idx, name in enumerate(CLASS_NAMES):
        texts += prompts_by_class[name]
        prompt_class += [idx] * len(prompts_by_class[name])
    prompt_class = np.array(prompt_class)
    sims = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts))
    # "right if any of that class wins": 3 prompts per class -> 3 winners
    winners = prompt_class[np.argsort(-sims, axis=1)[:, :3]]
    multi_prompt_accuracy = float((winners == all_labels[:, None]).any(axis=1).mean())

    print(f"several prompts a class: {multi_prompt_accuracy:.3f}")
    print(f"one bare name a class: {baseline_accuracy:.3f}")
