# right: a real attempt that made it worse, reported as it is

# %% id="prompts"
improved_prompts = [
    "a dark picture of something like a T-shirt/top",
    "a dark picture of something like a Trouser",
    "a dark picture of something like a Pullover",
    "a dark picture of something like a Dress",
    "a dark picture of something like a Coat",
    "a dark picture of something like a Sandal",
    "a dark picture of something like a Shirt",
    "a dark picture of something like a Sneaker",
    "a dark picture of something like a Bag",
    "a dark picture of something like an Ankle boot",
]

# %% id="prompts_run"
true2, pred2 = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float((true2 == pred2).mean())
plot_confusion_matrix(true2, pred2, CLASS_NAMES)
plt.show()
