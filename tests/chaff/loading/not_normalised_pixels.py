# misconception: not-rescaled
# wrong: an own collate function that scales to [0, 1] and leaves mean and deviation out
# check: batch_is_preprocessed_and_in_step

def my_collate(batch):
    images, labels = zip(*batch)
    pixels = clip_processor(images=list(images), do_normalize=False, return_tensors="pt")["pixel_values"]
    return pixels, torch.tensor(labels)


test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=my_collate)
