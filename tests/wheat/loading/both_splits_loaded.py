# right: loads the training split too, checks lengths, keyword dictionary

# %% id="loading"
splits = {
    name: FashionMNIST(data_root, train=(name == "train"), download=True) for name in ("train", "test")
}
test_dataset = splits["test"]
assert len(splits["train"]) == 6 * len(test_dataset)
del splits

loader_args = dict(batch_size=16, shuffle=True, drop_last=False, num_workers=0, pin_memory=False)
test_loader = DataLoader(dataset=test_dataset, collate_fn=collate_clip, **loader_args)
