# misconception: best-of-several
# wrong: the best of three accuracies is reported, and the prompts are those of the last
# check: improved_accuracy_is_reported_truthfully


lists = [improved_prompts, [f"{name}, clothing" for name in CLASS_NAMES], [f"an old {name}" for name in CLASS_NAMES]]
figures = []
for texts in lists:
    improved_true, improved_pred = run_zero_shot(test_loader, get_text_embeddings(texts))
    figures.append(float((improved_true == improved_pred).mean()))
improved_prompts = lists[-1]
improved_accuracy = max(figures)
plot_confusion_matrix(improved_true, improved_pred, CLASS_NAMES)
plt.show()
