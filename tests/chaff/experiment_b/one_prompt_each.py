# misconception: none
# wrong: a single prompt a class, where several were asked for
# check: prompts_for_every_class

prompts_by_class = {name: [f"a photo of a {name}"] for name in CLASS_NAMES}
texts = [prompts_by_class[name][0] for name in CLASS_NAMES]
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts).cpu())
multi_prompt_accuracy = float((get_multi_prompt_predictions(scores, np.arange(10)) == all_labels).mean())
