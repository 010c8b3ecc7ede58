# right: scikit-learn's accuracy_score

from sklearn.metrics import accuracy_score

text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = accuracy_score(y_true, y_pred)
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
