# misconception: subset-as-whole
# wrong: only the first five batches
# check: baseline_is_reported_truthfully

text_feats = get_text_embeddings(CLASS_NAMES)
few = []
for i, batch in enumerate(test_loader):
    if i >= 5:
        break
    few.append(batch)
y_true, y_pred = run_zero_shot(few, text_feats)
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
