# misconception: labels-from-another-pass
# wrong: predictions for all_img_emb are compared with y_true of another shuffled pass
# check: multi_prompt_accuracy_is_reported_truthfully

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    return np.asarray(prompt_class)[np.argmax(similarity, axis=1)]


if experiment == "B":
    print("Experiment B: several prompts a class")
    prompts_by_class = {
        name: [f"a photo of a {name.lower()}", f"a shop picture of a {name.lower()} on black"]
        for name in CLASS_NAMES
    }
    prompts = [prompt for name in CLASS_NAMES for prompt in prompts_by_class[name]]
    prompt_class = np.repeat(np.arange(len(CLASS_NAMES)), 2)
    similarity = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(prompts).cpu())
    multi_pred = get_multi_prompt_predictions(similarity, prompt_class)
    multi_prompt_accuracy = float(np.mean(multi_pred == y_true))
    print(f"several prompts a class: {multi_prompt_accuracy:.3f}")
    print(f"one bare name a class: {baseline_accuracy:.3f}")
