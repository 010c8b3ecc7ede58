# misconception: drawn-with-replacement
# wrong: drawn with replacement: some images come several times, a third never
# check: loader_covers_the_split

# %% id="loading"
test_dataset = FashionMNIST(root=data_root, train=False, download=True)
sampler = RandomSampler(test_dataset, replacement=True)
test_loader = DataLoader(test_dataset, batch_size=16, sampler=sampler, collate_fn=collate_clip)
