# right: all arguments by position, loader options unpacked from a dictionary, download only if needed

# %% id="loading"
try:
    test_dataset = FashionMNIST(str(data_root), False)
except RuntimeError:  # not there yet
    test_dataset = FashionMNIST(str(data_root), False, None, None, True)

loader_options = dict(shuffle=True, drop_last=False, collate_fn=collate_clip)
test_loader = DataLoader(test_dataset, 16, **loader_options)
