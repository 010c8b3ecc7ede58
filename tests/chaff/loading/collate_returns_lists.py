# misconception: wrong-collate
# wrong: a collate function that hands the PIL images on as a list
# check: batch_is_preprocessed_and_in_step

def collate(batch):
    return [image for image, _ in batch], torch.tensor([label for _, label in batch])


test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate)
