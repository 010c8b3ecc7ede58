# misconception: wrong-batch-size
# wrong: no batch size, so that a batch holds one image
# check: loader_covers_the_split

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, shuffle=True, collate_fn=collate_clip)
