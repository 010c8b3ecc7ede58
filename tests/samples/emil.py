# %% [markdown] base="solved" unfinished="prompts prompts_run umap_embed umap_project umap_plot experiment_choice"
# Mistake: the training split (60,000 images) instead of the test split.

# %% id="loading"
test_dataset = FashionMNIST(root=data_root, train=True, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
