# misconception: subset-as-whole
# wrong: data and targets are cut to 1,000 images to save time
# check: dataset_is_the_test_split

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_dataset.data, test_dataset.targets = test_dataset.data[:1000], test_dataset.targets[:1000]
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
