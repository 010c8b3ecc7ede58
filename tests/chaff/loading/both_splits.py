# misconception: splits-joined
# wrong: training and test images together
# check: dataset_is_the_test_split


train_dataset = FashionMNIST(data_root, train=True, download=True)
test_dataset = torch.utils.data.ConcatDataset(
    [train_dataset, FashionMNIST(data_root, train=False, download=True)]
)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
