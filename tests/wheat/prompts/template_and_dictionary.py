# right: a dictionary of descriptions, put into a template

# %% id="prompts"
descriptions = {
    "T-shirt/top": "t-shirt",
    "Trouser": "pair of trousers",
    "Pullover": "knitted pullover sweater",
    "Dress": "dress for a woman",
    "Coat": "coat with buttons",
    "Sandal": "sandal with straps",
    "Shirt": "shirt with a collar",
    "Sneaker": "sneaker sports shoe",
    "Bag": "handbag",
    "Ankle boot": "boot that covers the ankle",
}
improved_prompts = [f"a photo of a {descriptions[name]}" for name in CLASS_NAMES]

# %% id="prompts_run"
prompt_feats = get_text_embeddings(improved_prompts)
t, p = run_zero_shot(test_loader, prompt_feats)
improved_accuracy = np.mean(t == p)
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
