# misconception: not-shuffled
# wrong: the argument shuffle is left out
# check: loader_covers_the_split

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, 16, collate_fn=collate_clip)
