# right: shuffled with a generator of its own, so that a run can be repeated

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
generator = torch.Generator()
generator.manual_seed(42)
test_loader = DataLoader(
    test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip, generator=generator
)
