# misconception: wrong-collate
# wrong: a collate function that returns the processor's dictionary with the labels inside
# check: batch_is_preprocessed_and_in_step

def collate(batch):
    inputs = clip_processor(images=[image for image, _ in batch], return_tensors="pt")
    return {"pixel_values": inputs["pixel_values"], "labels": torch.tensor([y for _, y in batch])}


test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate)
