# right: a heat map of seaborn, in per cent of each predicted class

import seaborn as sns

y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
counts = np.zeros((10, 10), dtype=int)
np.add.at(counts, (y_true, y_pred), 1)
share = 100 * counts / np.maximum(counts.sum(axis=0), 1)
sns.heatmap(share, annot=True, fmt=".0f", xticklabels=CLASS_NAMES, yticklabels=CLASS_NAMES)
plt.xlabel("predicted class")
plt.ylabel("true class")
plt.show()
