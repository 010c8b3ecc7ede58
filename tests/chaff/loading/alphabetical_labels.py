# misconception: classes-renumbered
# wrong: a target_transform renumbers labels that were right already
# check: batch_is_preprocessed_and_in_step

# %% id="loading"
# torchvision sorts class folders alphabetically -> translate to our order
_alpha = sorted(CLASS_NAMES)
test_dataset = FashionMNIST(
    root=data_root,
    train=False,
    download=True,
    target_transform=lambda t: CLASS_NAMES.index(_alpha[t]),
)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
