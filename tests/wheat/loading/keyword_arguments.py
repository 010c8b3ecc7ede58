# right: every argument by name, and the sizes printed

test_dataset = FashionMNIST(root=data_root, train=False, transform=None, download=True)
test_loader = DataLoader(
    dataset=test_dataset,
    batch_size=16,
    shuffle=True,
    num_workers=0,
    drop_last=False,
    collate_fn=collate_clip,
)
print(f"{len(test_dataset)} images in {len(test_loader)} batches")
