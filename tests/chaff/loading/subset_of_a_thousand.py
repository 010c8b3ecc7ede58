# misconception: subset-as-whole
# wrong: only the first 1,000 images
# check: dataset_is_the_test_split

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_dataset = Subset(test_dataset, range(1000))
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
