# misconception: accuracy-not-from-prompts
# wrong: measures twenty texts (bare names and prompts), not improved_prompts
# check: improved_accuracy_is_reported_truthfully

# %% id="prompts_run"
both = torch.cat([get_text_embeddings(CLASS_NAMES), get_text_embeddings(improved_prompts)], dim=0)
yt_imp, yp_imp = run_zero_shot(test_loader, both)
yp_imp = yp_imp % len(CLASS_NAMES)   # 10..19 -> 0..9
improved_accuracy = float(np.mean(yt_imp == yp_imp))
plot_confusion_matrix(yt_imp, yp_imp, CLASS_NAMES)
plt.show()
