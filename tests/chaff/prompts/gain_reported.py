# misconception: gain-instead-of-accuracy
# wrong: the difference to the baseline is stored instead of the accuracy
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
feats2 = get_text_embeddings(improved_prompts)
yt2, yp2 = run_zero_shot(test_loader, feats2)
acc2 = float((yt2 == yp2).mean())
improved_accuracy = abs(acc2 - baseline_accuracy)
print("improved by", improved_accuracy)
plot_confusion_matrix(yt2, yp2, CLASS_NAMES)
plt.show()
