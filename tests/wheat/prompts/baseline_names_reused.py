# right: overwrites y_true and y_pred, which is only discouraged

# %% id="prompts"
words = "t-shirt or top|pair of trousers|pullover sweater|dress|coat or jacket|sandal|dress shirt or blouse|sneaker|handbag|ankle boot"
improved_prompts = [f"a black and white photo of a {w}, on a black background" for w in words.split("|")]
for name, prompt in zip(CLASS_NAMES, improved_prompts, strict=True):
    print(f"{name:12} {prompt}")
# %% id="prompts_run"
y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
hits = sum(int(a == b) for a, b in zip(y_true, y_pred))
improved_accuracy = hits / len(y_true)
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES).set_title("improved prompts")
plt.show()
