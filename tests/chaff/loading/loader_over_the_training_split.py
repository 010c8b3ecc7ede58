# misconception: train-split
# wrong: the data set is right, but the loader reads the training split
# check: loader_covers_the_split

train_dataset = FashionMNIST(root=data_root, train=True, download=True)
test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(train_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
