# misconception: percentage
# wrong: per cent instead of a share
# check: multi_prompt_accuracy_is_reported_truthfully

prompts_by_class = {name: [f"a photo of a {name}", f"a picture of a {name}"] for name in CLASS_NAMES}
texts = [text for name in CLASS_NAMES for text in prompts_by_class[name]]
owner = np.repeat(np.arange(10), 2)
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts).cpu())
multi_prompt_accuracy = (get_multi_prompt_predictions(scores, owner) == all_labels).mean() * 100
