# misconception: prompt-class-ignored
# wrong: the classes of the prompts come from a variable of the notebook
# check: the_best_prompts_class_wins

owners = np.repeat(np.arange(10), 2)


def get_multi_prompt_predictions(similarity, prompt_class):
    best = similarity.argmax(axis=1)
    return np.array([owners[min(b, len(owners) - 1)] for b in best])


prompts_by_class = {name: [f"a photo of a {name}", f"a picture of a {name}"] for name in CLASS_NAMES}
texts = [text for name in CLASS_NAMES for text in prompts_by_class[name]]
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts).cpu())
multi_prompt_accuracy = float((get_multi_prompt_predictions(scores, owners) == all_labels).mean())
