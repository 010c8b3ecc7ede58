# %% [markdown] base="solved" unfinished="prompts prompts_run umap_embed umap_project umap_plot experiment_choice"
# Mistake: ToTensor on the data set, so that the processor rescales twice and the accuracy falls to 0.10.

# %% id="loading"
from torchvision.transforms import ToTensor

test_dataset = FashionMNIST(root=data_root, train=False, download=True, transform=ToTensor())
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
