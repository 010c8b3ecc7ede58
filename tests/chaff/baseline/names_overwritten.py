# misconception: class-names-overwritten
# wrong: CLASS_NAMES is replaced by captions before the baseline is measured
# check: baseline_is_reported_truthfully

CLASS_NAMES = [f"a photo of a {name}" for name in CLASS_NAMES]
text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
