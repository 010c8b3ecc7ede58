# misconception: one-based-indices
# wrong: the data set moves every label by one
# check: batch_is_preprocessed_and_in_step

test_dataset = FashionMNIST(
    data_root, train=False, download=True, target_transform=lambda label: label + 1
)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
