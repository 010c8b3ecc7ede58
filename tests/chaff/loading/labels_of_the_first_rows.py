# misconception: labels-from-another-pass
# wrong: the labels are taken from the data set in its own order, the images shuffled
# check: batch_is_preprocessed_and_in_step

test_dataset = FashionMNIST(root=data_root, train=False, download=True)


def collate_with_targets(batch):
    pixel_values, _ = collate_clip(batch)
    return pixel_values, test_dataset.targets[: len(batch)]


test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_with_targets)
