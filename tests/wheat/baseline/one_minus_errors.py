# right: one minus the share of errors by sklearn's zero_one_loss, left as a NumPy/Python float; figure shown before the figure is computed

# %% id="baseline"
from sklearn.metrics import zero_one_loss

y_true, y_pred = run_zero_shot(loader=test_loader, text_feats=get_text_embeddings(list(CLASS_NAMES)))
plot_confusion_matrix(y_true, y_pred, class_names=CLASS_NAMES)
plt.show()
baseline_accuracy = 1.0 - zero_one_loss(y_true, y_pred)
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
