# misconception: drawn-with-replacement
# wrong: a sampler draws as many images as there are, some of them again and again
# check: loader_covers_the_split

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
sampler = RandomSampler(test_dataset, replacement=True)
test_loader = DataLoader(test_dataset, batch_size=16, sampler=sampler, collate_fn=collate_clip)
