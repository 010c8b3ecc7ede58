# right: only the numbers are written, row by row from above

y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
counts = np.zeros((10, 10), dtype=int)
np.add.at(counts, (y_true, y_pred), 1)
fig, ax = plt.subplots()
ax.set(xlim=(-0.5, 9.5), ylim=(9.5, -0.5))
for (row, column), count in np.ndenumerate(counts):
    ax.text(column, row, f"{count:d}", ha="center")
ax.set_xticks(range(10), CLASS_NAMES, rotation=60)
ax.set_yticks(range(10), CLASS_NAMES)
plt.show()
