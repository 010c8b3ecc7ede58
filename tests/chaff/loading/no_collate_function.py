# misconception: wrong-collate
# wrong: the default collate function cannot stack PIL images
# check: batch_is_preprocessed_and_in_step

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True)
