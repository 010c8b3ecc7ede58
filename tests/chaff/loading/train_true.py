# misconception: train-split
# wrong: train=True gives the 60,000 training images
# check: dataset_is_the_test_split

test_dataset = FashionMNIST(root=data_root, train=True, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
