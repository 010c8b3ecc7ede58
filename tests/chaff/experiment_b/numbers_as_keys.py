# misconception: keys-not-class-names
# wrong: class indices as keys
# check: prompts_for_every_class

prompts_by_class = {c: [f"a photo of a {name}", f"one {name}"] for c, name in enumerate(CLASS_NAMES)}
texts = [text for c in range(10) for text in prompts_by_class[c]]
owner = np.repeat(np.arange(10), 2)
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts).cpu())
multi_prompt_accuracy = float((get_multi_prompt_predictions(scores, owner) == all_labels).mean())
