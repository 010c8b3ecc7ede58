# misconception: confusion-axes-swapped
# wrong: a heat map of shares whose axes are named the wrong way round
# check: confusion_matrix_is_drawn

import seaborn as sns

y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
counts = np.zeros((10, 10), dtype=int)
np.add.at(counts, (y_true, y_pred), 1)
shares = counts.T / counts.sum()
sns.heatmap(shares, xticklabels=CLASS_NAMES, yticklabels=CLASS_NAMES).set(
    xlabel="prediction", ylabel="truth"
)
plt.show()
