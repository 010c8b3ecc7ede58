# misconception: class-names-overwritten
# wrong: the names are rewritten in place, without capitals and slashes
# check: baseline_is_reported_truthfully

for i in range(len(CLASS_NAMES)):
    CLASS_NAMES[i] = CLASS_NAMES[i].lower().replace("/", " or ")
text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
