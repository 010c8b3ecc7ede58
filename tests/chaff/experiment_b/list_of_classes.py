# misconception: list-returned
# wrong: a list instead of an array
# check: the_best_prompts_class_wins

def get_multi_prompt_predictions(similarity, prompt_class):
    return [int(prompt_class[row.argmax()]) for row in similarity]


prompts_by_class = {name: [f"a photo of a {name}", f"a picture of a {name}"] for name in CLASS_NAMES}
texts = [text for name in CLASS_NAMES for text in prompts_by_class[name]]
owner = np.repeat(np.arange(10), 2)
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts).cpu())
multi_prompt_accuracy = float(np.mean(np.array(get_multi_prompt_predictions(scores, owner)) == all_labels))
