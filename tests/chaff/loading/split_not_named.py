# misconception: train-split
# wrong: without the argument `train` torchvision gives the training split
# check: dataset_is_the_test_split

test_dataset = FashionMNIST(data_root, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
print(len(test_dataset))
