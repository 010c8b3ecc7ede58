# misconception: accuracy-not-from-predictions
# wrong: 0.9, typed in
# check: baseline_is_reported_truthfully

y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = 0.9
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
