# misconception: no-figure-drawn
# wrong: the matrix is printed, not drawn
# check: confusion_matrix_is_drawn

from sklearn.metrics import confusion_matrix

text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float((y_true == y_pred).mean())
print(confusion_matrix(y_true, y_pred))
