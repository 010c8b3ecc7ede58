# misconception: drawn-with-replacement
# wrong: draws 10,000 times with replacement: some images come several times, about 37 % never
# check: loader_covers_the_split

# %% id="loading"
test_dataset = FashionMNIST(root=data_root, train=False, download=True)

sampler = RandomSampler(test_dataset, replacement=True, num_samples=len(test_dataset))
test_loader = DataLoader(
    test_dataset,
    batch_size=16,
    sampler=sampler,
    collate_fn=collate_clip,
)
print(len(test_dataset), len(test_loader))
