# misconception: accuracy-not-from-prompts
# wrong: the accuracy is that of improved_prompts, not of prompts_by_class
# check: multi_prompt_accuracy_is_reported_truthfully

prompts_by_class = {name: [f"a dark photo of a {name}", f"a grey {name}"] for name in CLASS_NAMES}
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(improved_prompts).cpu())
multi_prompt_accuracy = float((get_multi_prompt_predictions(scores, np.arange(10)) == all_labels).mean())
