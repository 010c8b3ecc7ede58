# misconception: prompts-of-other-classes
# wrong: prompts are ordered round by round, but prompt_class is made with repeat: 0,0,1,1,...
# check: multi_prompt_accuracy_is_reported_truthfully

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    best = np.argmax(similarity, axis=1)
    return np.asarray(prompt_class)[best]


if experiment == "B":
    print("Experiment B: several prompts a class")
    templates = ["a photo of a {}", "a product picture of a {} in an online shop", "a small grey picture of a {}"]
    prompts_by_class = {c: [t.format(c.lower()) for t in templates] for c in CLASS_NAMES}

    # first template for all classes, then the second, ...
    flat = [prompts_by_class[c][j] for j in range(len(templates)) for c in CLASS_NAMES]
    prompt_class = np.repeat(np.arange(len(CLASS_NAMES)), len(templates))

    sims = get_cosine_similarity(torch.from_numpy(all_img_emb), get_text_embeddings(flat))
    multi_prompt_accuracy = float((get_multi_prompt_predictions(sims, prompt_class) == all_labels).mean())
    print(f"several prompts a class: {multi_prompt_accuracy:.3f}")
    print(f"one bare name a class: {baseline_accuracy:.3f}")
