# misconception: train-split
# wrong: 10,000 images, but of the training split
# check: dataset_is_the_test_split

test_dataset = FashionMNIST(root=data_root, train=True, download=True)
test_dataset.data = test_dataset.data[:10000]
test_dataset.targets = test_dataset.targets[:10000]
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
