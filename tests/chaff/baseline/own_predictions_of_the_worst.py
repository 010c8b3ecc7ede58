# misconception: function-used-is-wrong
# wrong: get_predictions is written anew in this cell, with argmin
# check: baseline_is_reported_truthfully

def get_predictions(similarity):
    return np.argmin(similarity, axis=1)


text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
