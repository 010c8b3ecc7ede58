# misconception: mean-of-several
# wrong: improved_accuracy is the mean of three lists, improved_prompts is one of them
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts"
attempts = [
    [f"a photo of a {n.lower()}" for n in CLASS_NAMES],
    [f"a black and white product picture of a {n.lower()}, fashion catalogue" for n in CLASS_NAMES],
    [
        "a photo of a T-shirt or top", "a photo of trousers or pants", "a photo of a pullover sweater",
        "a photo of a dress", "a photo of a coat or jacket", "a photo of a sandal shoe",
        "a photo of a shirt or blouse", "a photo of a sneaker shoe", "a photo of a handbag or bag",
        "a photo of an ankle boot shoe",
    ],
]
improved_prompts = attempts[-1]

for name, prompt in zip(CLASS_NAMES, improved_prompts, strict=True):
    print(f"{name:12} {prompt}")

# %% id="prompts_run"
emb, lab = [], []
for px, y in test_loader:
    emb.append(get_image_embeddings(px).cpu())
    lab.append(y.numpy())
emb, lab = torch.cat(emb), np.concatenate(lab)

scores = []
for attempt in attempts:
    imp_pred = get_predictions(get_cosine_similarity(emb, get_text_embeddings(attempt)))
    scores.append(np.mean(imp_pred == lab))
    print(f"{scores[-1]:.4f}  {attempt[0]} ...")
improved_accuracy = float(np.mean(scores))
plot_confusion_matrix(lab, imp_pred, CLASS_NAMES)
plt.show()
