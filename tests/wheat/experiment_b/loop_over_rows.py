# right: a loop over the images, prompts made by templates

def get_multi_prompt_predictions(similarity, prompt_class):
    result = []
    for row in similarity:
        result.append(int(prompt_class[int(np.argmax(row))]))
    return np.array(result)


templates = ["a photo of a {}", "a picture of a {} on a white background", "{}, a piece of clothing"]
prompts_by_class = {name: [template.format(name) for template in templates] for name in CLASS_NAMES}
texts = [text for name in CLASS_NAMES for text in prompts_by_class[name]]
owner = np.arange(10).repeat(len(templates))
scores = get_cosine_similarity(torch.from_numpy(all_img_emb), get_text_embeddings(texts).cpu())
multi_prompt_accuracy = np.mean(get_multi_prompt_predictions(scores, owner) == all_labels)
