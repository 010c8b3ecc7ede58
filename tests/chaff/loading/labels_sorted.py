# misconception: labels-from-another-pass
# wrong: the labels of a batch are sorted, the images are not
# check: batch_is_preprocessed_and_in_step

def collate(batch):
    images, labels = zip(*batch)
    pixel_values = clip_processor(images=list(images), return_tensors="pt")["pixel_values"]
    return pixel_values, torch.tensor(sorted(labels))


test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate)
