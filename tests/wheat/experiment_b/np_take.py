# right: np.take, and keys in another order

def get_multi_prompt_predictions(similarity, prompt_class):
    return np.take(prompt_class, np.argmax(similarity, axis=1))


prompts_by_class = {
    name: [f"a photo of a {name.lower()}", f"a shop picture of a {name.lower()}"]
    for name in sorted(CLASS_NAMES)
}
texts = sum((prompts_by_class[name] for name in prompts_by_class), [])
owner = np.array([CLASS_NAMES.index(name) for name in prompts_by_class for _ in range(2)])
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts).cpu())
multi_prompt_accuracy = float((get_multi_prompt_predictions(scores, owner) == all_labels).mean())
