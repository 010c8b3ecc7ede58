# misconception: images-processed-twice
# wrong: the second time without rescaling, but mean and deviation are taken off twice
# check: batch_is_preprocessed_and_in_step

def collate_again(batch):
    images, labels = zip(*batch)
    first = clip_processor(images=list(images), return_tensors="pt")["pixel_values"]
    second = clip_processor.image_processor(images=first, do_rescale=False, return_tensors="pt")
    return second["pixel_values"], torch.tensor(labels)


test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_again)
