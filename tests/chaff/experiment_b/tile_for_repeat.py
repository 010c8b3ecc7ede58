# misconception: prompts-of-other-classes
# wrong: prompt_class is made with np.tile though prompts are grouped by class
# check: multi_prompt_accuracy_is_reported_truthfully

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    return np.asarray(prompt_class)[np.asarray(similarity).argmax(axis=1)]


if experiment == "B":
    print("Experiment B: several prompts a class")
    templates = ["a photo of a {}", "a product picture of a {}", "{}"]
    prompts_by_class = {name: [t.format(name) for t in templates] for name in CLASS_NAMES}
    flat_prompts = [p for plist in prompts_by_class.values() for p in plist]
    prompt_class = np.tile(np.arange(len(CLASS_NAMES)), len(templates))
    sims = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(flat_prompts))
    multi_preds = get_multi_prompt_predictions(sims, prompt_class)
    multi_prompt_accuracy = float(np.mean(multi_preds == all_labels))
    print(f"several prompts a class: {multi_prompt_accuracy:.3f}")
    print(f"one bare name a class: {baseline_accuracy:.3f}")
