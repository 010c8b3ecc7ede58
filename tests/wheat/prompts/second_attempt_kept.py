# right: two attempts; the better one is kept, with its own accuracy

# %% id="prompts"
first_try = [f"a photo of a {name}" for name in CLASS_NAMES]
second_try = [f"a picture of a {name.lower()} from an online shop" for name in CLASS_NAMES]
improved_prompts = first_try

# %% id="prompts_run"
results = {}
for title, texts in (("first", first_try), ("second", second_try)):
    t, p = run_zero_shot(test_loader, get_text_embeddings(texts))
    results[title] = float((t == p).mean())
    plot_confusion_matrix(t, p, CLASS_NAMES)
    plt.show()
if results["second"] > results["first"]:
    improved_prompts = second_try
improved_accuracy = max(results.values())
