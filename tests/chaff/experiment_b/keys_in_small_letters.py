# misconception: keys-not-class-names
# wrong: the keys are written in small letters
# check: prompts_for_every_class

prompts_by_class = {
    name.lower(): [f"a photo of a {name.lower()}", f"{name.lower()}, clothing"] for name in CLASS_NAMES
}
texts = [text for name in CLASS_NAMES for text in prompts_by_class[name.lower()]]
owner = np.repeat(np.arange(10), 2)
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts).cpu())
multi_prompt_accuracy = float((get_multi_prompt_predictions(scores, owner) == all_labels).mean())
