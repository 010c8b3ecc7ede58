# misconception: class-names-returned
# wrong: names instead of indices
# check: the_best_prompts_class_wins

def get_multi_prompt_predictions(similarity, prompt_class):
    return np.array([CLASS_NAMES[prompt_class[i]] for i in similarity.argmax(axis=1)])


prompts_by_class = {name: [f"a photo of a {name}", f"a picture of a {name}"] for name in CLASS_NAMES}
texts = [text for name in CLASS_NAMES for text in prompts_by_class[name]]
owner = np.repeat(np.arange(10), 2)
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts).cpu())
true_names = np.array(CLASS_NAMES)[all_labels]
multi_prompt_accuracy = float((get_multi_prompt_predictions(scores, owner) == true_names).mean())
