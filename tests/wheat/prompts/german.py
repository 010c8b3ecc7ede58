# right: prompts in another language, probably worse than the baseline

# %% id="prompts"
improved_prompts = [
    "ein Foto von einem T-Shirt mit kurzen Ärmeln",
    "ein Foto von einer langen Hose",
    "ein Foto von einem Strickpulli",
    "ein Foto von einem Kleid",
    "ein Foto von einem Mantel oder einer Jacke",
    "ein Foto von einer Sandale",
    "ein Foto von einem Hemd mit Kragen",
    "ein Foto von einem Turnschuh",
    "ein Foto von einer Handtasche",
    "ein Foto von einem Stiefel",
]
for name, prompt in zip(CLASS_NAMES, improved_prompts, strict=True):
    print(f"{name:12} {prompt}")
# %% id="prompts_run"
de_feats = get_text_embeddings(improved_prompts)
de_true, de_pred = run_zero_shot(test_loader, de_feats)
improved_accuracy = np.mean(de_true == de_pred)
plot_confusion_matrix(de_true, de_pred, improved_prompts)
plt.show()
