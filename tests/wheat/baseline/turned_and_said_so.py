# right: true classes in columns, as the axes say; bars of the recall beside it

y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
counts = np.zeros((10, 10), dtype=int)
np.add.at(counts, (y_true, y_pred), 1)
fig, (left, right) = plt.subplots(1, 2)
mesh = left.pcolormesh(counts.T, cmap="viridis")
fig.colorbar(mesh, ax=left)
left.set(xlabel="actual class", ylabel="predicted class")
left.set_xticks(np.arange(10) + 0.5, CLASS_NAMES, rotation=90)
left.set_yticks(np.arange(10) + 0.5, CLASS_NAMES)
left.invert_yaxis()
right.barh(CLASS_NAMES, np.diag(counts) / 1000)
fig
