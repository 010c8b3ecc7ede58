# right: dictionary in reversed order, classes looked up by CLASS_NAMES.index, four prompts each

# %% id="experiment_b"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    ranking = np.argsort(similarity, axis=1)
    winners = ranking[:, -1]
    return np.array([prompt_class[w] for w in winners], dtype=int)


if experiment == "B":
    print("Experiment B: several prompts a class")
    prompts_by_class = {}
    for c in reversed(CLASS_NAMES):
        w = c.lower().replace("/", " or ")
        prompts_by_class[c] = [w, f"a photo of a {w}", f"a {w} on a black background", f"a {w}, clothing"]
    listing = [(CLASS_NAMES.index(c), text) for c, texts in prompts_by_class.items() for text in texts]
    np.random.default_rng(1).shuffle(listing)
    columns = np.array([int(i) for i, _ in listing])
    text_emb_b = get_text_embeddings([str(text) for _, text in listing])
    sim_b = get_cosine_similarity(torch.as_tensor(all_img_emb), text_emb_b)
    multi_prompt_accuracy = np.mean(get_multi_prompt_predictions(sim_b, columns) == all_labels)
    print(f"several prompts a class: {multi_prompt_accuracy:.3f}")
    print(f"one bare name a class: {baseline_accuracy:.3f}")
