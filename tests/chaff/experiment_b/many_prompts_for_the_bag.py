# misconception: unequal-prompt-counts
# wrong: eight prompts for the bag and two for the others, so that the bag wins too often
# check: prompts_for_every_class

prompts_by_class = {name: [f"a photo of a {name}", f"a picture of a {name}"] for name in CLASS_NAMES}
prompts_by_class["Bag"] += [
    "a handbag", "a photo of a purse", "a bag with a handle", "a backpack", "a shoulder bag", "a tote bag"
]
texts = [text for name in CLASS_NAMES for text in prompts_by_class[name]]
owner = np.repeat(np.arange(10), [len(prompts_by_class[name]) for name in CLASS_NAMES])
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts).cpu())
multi_prompt_accuracy = float((get_multi_prompt_predictions(scores, owner) == all_labels).mean())
