# misconception: labels-from-another-pass
# wrong: the images are permuted, the targets are not
# check: batch_is_preprocessed_and_in_step

# %% id="loading"
test_dataset = FashionMNIST(root=data_root, train=False, download=True)

# shuffle
g = torch.Generator().manual_seed(42)
idx = torch.randperm(len(test_dataset), generator=g)
test_dataset.data = test_dataset.data[idx]

test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
