# misconception: class-shares-averaged
# wrong: reports the macro F1 score as accuracy
# check: baseline_is_reported_truthfully

# %% id="baseline"
from sklearn.metrics import f1_score, classification_report

txt = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, txt)
print(classification_report(y_true, y_pred, target_names=CLASS_NAMES, labels=range(10), zero_division=0))
baseline_accuracy = f1_score(y_true, y_pred, average="macro")
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
