# misconception: keys-not-class-names
# wrong: "T-shirt" instead of "T-shirt/top" among the keys
# check: prompts_for_every_class

prompts_by_class = {name: [f"a photo of a {name}", f"a picture of a {name}"] for name in CLASS_NAMES}
prompts_by_class["T-shirt"] = prompts_by_class.pop("T-shirt/top")
texts, owner = [], []
for c, key in enumerate(["T-shirt"] + CLASS_NAMES[1:]):
    texts += prompts_by_class[key]
    owner += [c] * len(prompts_by_class[key])
scores = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts).cpu())
multi_prompt_accuracy = float((get_multi_prompt_predictions(scores, np.array(owner)) == all_labels).mean())
