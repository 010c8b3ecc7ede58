# misconception: labels-from-another-pass
# wrong: targets are permuted, the images are not: labels no longer belong to images
# check: batch_is_preprocessed_and_in_step

# %% id="loading"
test_dataset = FashionMNIST(data_root, train=False, download=True)
# shuffle once, reproducibly
g = torch.Generator().manual_seed(42)
perm = torch.randperm(len(test_dataset), generator=g)
test_dataset.targets = test_dataset.targets[perm]
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
