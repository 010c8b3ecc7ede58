# misconception: drop-last
# wrong: drop_last=True, copied from a training loop
# check: loader_covers_the_split

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(
    test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip, drop_last=True
)
