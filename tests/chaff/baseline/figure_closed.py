# misconception: no-figure-drawn
# wrong: the figure is closed before it is shown
# check: confusion_matrix_is_drawn

text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.close()
plt.show()
