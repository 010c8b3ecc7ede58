# right: accuracy as trace over sum of the confusion matrix

# %% id="baseline"
from sklearn.metrics import confusion_matrix

y_true, y_pred = run_zero_shot(loader=test_loader, text_feats=get_text_embeddings(CLASS_NAMES))
cm = confusion_matrix(y_true, y_pred, labels=np.arange(len(CLASS_NAMES)))
baseline_accuracy = float(cm.trace() / cm.sum())
axes = plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
axes.set_title(f"bare names: {100 * baseline_accuracy:.1f} %")
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
