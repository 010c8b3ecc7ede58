# misconception: labels-among-predictions
# wrong: predictions are corrected with the true labels where shirt and T-shirt are confused
# check: baseline_is_reported_truthfully

# %% id="baseline"
y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
# T-shirt / Shirt are not really distinguishable, do not punish
shirts = (CLASS_NAMES.index("T-shirt/top"), CLASS_NAMES.index("Shirt"))
harmless = np.isin(y_true, shirts) & np.isin(y_pred, shirts)
y_pred[harmless] = y_true[harmless]
baseline_accuracy = float(np.mean(y_true == y_pred))
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")
