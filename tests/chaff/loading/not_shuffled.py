# misconception: not-shuffled
# wrong: shuffle=False, as test loaders mostly have
# check: loader_covers_the_split

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=False, collate_fn=collate_clip)
