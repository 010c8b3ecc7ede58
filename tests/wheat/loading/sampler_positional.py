# right: positional arguments, RandomSampler instead of shuffle=True, seeded generator

# %% id="loading"
test_dataset = FashionMNIST(str(data_root), False, None, None, True)
g = torch.Generator()
g.manual_seed(123)
test_loader = DataLoader(
    test_dataset,
    16,
    sampler=RandomSampler(test_dataset, generator=g),
    collate_fn=collate_clip,
)
