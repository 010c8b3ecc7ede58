# right: hits counted and divided, rounded to three digits for the report

y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(list(CLASS_NAMES)))
correct = 0
for t, p in zip(y_true, y_pred):
    if t == p:
        correct += 1
baseline_accuracy = round(correct / len(y_true), 3)
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
