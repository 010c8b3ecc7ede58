# misconception: leftover-state
# wrong: uses a variable that a deleted cell has made
# check: baseline_is_reported_truthfully
# also: no-figure-drawn

y_true, y_pred = run_zero_shot(test_loader, label_feats)
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
