# misconception: train-split
# wrong: test_loader reads from the training data set, test_dataset is not used
# check: loader_covers_the_split

# %% id="loading"
train_dataset = FashionMNIST(root=data_root, train=True, download=True)
test_dataset = FashionMNIST(root=data_root, train=False, download=True)

train_loader = DataLoader(test_dataset, batch_size=16, shuffle=False, collate_fn=collate_clip)
test_loader = DataLoader(train_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
