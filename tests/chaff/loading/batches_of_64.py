# misconception: wrong-batch-size
# wrong: batches of 64
# check: loader_covers_the_split

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=64, shuffle=True, collate_fn=collate_clip)
