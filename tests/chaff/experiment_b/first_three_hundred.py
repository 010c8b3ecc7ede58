# misconception: subset-as-whole
# wrong: measured on the first 300 rows
# check: multi_prompt_accuracy_is_reported_truthfully

prompts_by_class = {name: [f"a photo of a {name}", f"a picture of a {name}"] for name in CLASS_NAMES}
texts = [text for name in CLASS_NAMES for text in prompts_by_class[name]]
owner = np.repeat(np.arange(10), 2)
some_emb, some_labels = all_img_emb[:300], all_labels[:300]
scores = get_cosine_similarity(torch.as_tensor(some_emb), get_text_embeddings(texts).cpu())
some_pred = get_multi_prompt_predictions(scores, owner)
multi_prompt_accuracy = float((some_pred == some_labels).mean())
