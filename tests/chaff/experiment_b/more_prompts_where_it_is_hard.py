# misconception: unequal-prompt-counts
# wrong: the hard classes get more prompts than the easy ones
# check: prompts_for_every_class

prompts_by_class = {name: [f"a photo of a {name}", f"a picture of a {name}"] for name in CLASS_NAMES}
for name in ("Shirt", "Pullover", "Coat"):
    prompts_by_class[name] += [f"a {name.lower()} with long sleeves", f"a grey {name.lower()}"]
texts, owner = [], []
for c, name in enumerate(CLASS_NAMES):
    for prompt in prompts_by_class[name]:
        texts.append(prompt)
        owner.append(c)
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts).cpu())
multi_prompt_accuracy = float((get_multi_prompt_predictions(scores, np.array(owner)) == all_labels).mean())
