# misconception: labels-from-another-pass
# wrong: the labels of the data set, which are not in the order of the shuffled loader
# check: baseline_is_reported_truthfully

_, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
y_true = test_dataset.targets.numpy()
baseline_accuracy = float(np.mean(y_true == y_pred))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
