# right: shuffles with an explicit RandomSampler and a seeded generator of its own

# %% id="loading"
rng = torch.Generator()
rng.manual_seed(2024)
test_dataset = FashionMNIST(data_root, train=False, download=True)
test_loader = DataLoader(
    test_dataset,
    sampler=RandomSampler(test_dataset, generator=rng),
    batch_size=16,
    collate_fn=collate_clip,
    pin_memory=False,
    num_workers=0,
)
