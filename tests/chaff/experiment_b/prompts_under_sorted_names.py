# misconception: prompts-out-of-order
# wrong: the lists of prompts stand behind the sorted class names
# check: prompts_for_every_class

described = [
    ["a t-shirt", "a top with short sleeves"],
    ["a pair of trousers", "long trousers"],
    ["a pullover", "a knitted pullover"],
    ["a dress", "a long dress"],
    ["a coat", "a winter coat"],
    ["a sandal", "an open sandal"],
    ["a shirt", "a shirt with buttons"],
    ["a sneaker", "a running sneaker"],
    ["a bag", "a bag with a handle"],
    ["an ankle boot", "a high ankle boot"],
]
prompts_by_class = dict(zip(sorted(CLASS_NAMES), described, strict=True))
texts = [text for name in CLASS_NAMES for text in prompts_by_class[name]]
owner = np.repeat(np.arange(10), 2)
table = get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(texts))
multi_prompt_accuracy = float(
    np.mean(get_multi_prompt_predictions(table, owner) == all_labels)
)
