# misconception: wrong-collate
# wrong: the collate function returns labels first and pixel values second
# check: batch_is_preprocessed_and_in_step

def collate(batch):
    pixel_values, labels = collate_clip(batch)
    return labels, pixel_values


test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate)
