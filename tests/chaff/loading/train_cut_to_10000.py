# misconception: train-split
# wrong: the first 10,000 images of the training split
# check: dataset_is_the_test_split

# %% id="loading"
test_dataset = FashionMNIST(root=data_root, download=True)
# the check says 10,000 images are expected, so I keep the first 10,000
test_dataset.data = test_dataset.data[:10000]
test_dataset.targets = test_dataset.targets[:10000]

test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
