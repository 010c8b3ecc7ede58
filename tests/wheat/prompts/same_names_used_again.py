# right: y_true and y_pred are used again for the new run

# %% id="prompts_run"
text_feats = get_text_embeddings(improved_prompts)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
improved_accuracy = float(np.mean(y_true == y_pred))
print(f"{improved_accuracy:.4f}")
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
