# misconception: labels-from-another-pass
# wrong: a second shuffled loader gives the labels
# check: batch_is_preprocessed_and_in_step

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
label_loader = DataLoader(test_dataset.targets, batch_size=16, shuffle=True)
label_batches = iter(label_loader)


def collate(batch):
    global label_batches
    try:
        labels = next(label_batches)
    except StopIteration:
        label_batches = iter(label_loader)
        labels = next(label_batches)
    return collate_clip(batch)[0], labels


test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate)
