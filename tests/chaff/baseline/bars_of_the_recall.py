# misconception: no-figure-drawn
# wrong: bars of the recall of each class in place of the matrix
# check: confusion_matrix_is_drawn

y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
recall = [(y_pred[y_true == index] == index).mean() for index in range(10)]
plt.bar(CLASS_NAMES, recall)
plt.xticks(rotation=45)
plt.show()
