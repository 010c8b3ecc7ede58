# right: the shuffling is done by an explicit RandomSampler

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(
    test_dataset, batch_size=16, sampler=RandomSampler(test_dataset), collate_fn=collate_clip
)
