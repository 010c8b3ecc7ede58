# misconception: subset-as-whole
# wrong: a sampler draws 1,600 of the 10,000 images
# check: loader_covers_the_split

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
sampler = RandomSampler(test_dataset, num_samples=1600)
test_loader = DataLoader(test_dataset, batch_size=16, sampler=sampler, collate_fn=collate_clip)
