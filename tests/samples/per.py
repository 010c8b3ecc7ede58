# %% [markdown] base="released"
# Unfinished: Section 1 is right, one function of Section 2 is, the rest is as it was released.

# %% id="loading"
test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)

# %% id="predictions"
def get_predictions(similarity):
    return similarity.argmax(axis=-1)
