# misconception: subset-as-whole
# wrong: the data set is whole, but the loader reads 2,000 images of it
# check: loader_covers_the_split

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(
    Subset(test_dataset, list(range(2000))), batch_size=16, shuffle=True, collate_fn=collate_clip
)
