# misconception: not-a-list
# wrong: improved_prompts is a dict; list(dict) are its keys, so the bare names are embedded again
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = {
    "T-shirt/top": "a photo of a t-shirt with short sleeves",
    "Trouser": "a photo of a pair of trousers",
    "Pullover": "a photo of a pullover sweater",
    "Dress": "a photo of a dress",
    "Coat": "a photo of a coat with long sleeves",
    "Sandal": "a photo of a sandal",
    "Shirt": "a photo of a shirt with buttons",
    "Sneaker": "a photo of a sneaker",
    "Bag": "a photo of a handbag",
    "Ankle boot": "a photo of an ankle boot",
}
for name, prompt in improved_prompts.items():
    print(f"{name:12} {prompt}")
# %% id="prompts_run"
improved_feats = get_text_embeddings(improved_prompts)
true_improved, pred_improved = run_zero_shot(test_loader, improved_feats)
improved_accuracy = float(np.mean(true_improved == pred_improved))
plot_confusion_matrix(true_improved, pred_improved, CLASS_NAMES)
plt.show()
