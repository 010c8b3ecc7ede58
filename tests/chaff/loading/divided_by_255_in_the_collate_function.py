# misconception: double-rescaling
# wrong: the collate function divides by 255 before the processor divides again
# check: batch_is_preprocessed_and_in_step

def collate_clip(batch):
    images = [np.array(image.convert("RGB")) / 255.0 for image, _ in batch]
    labels = torch.tensor([label for _, label in batch])
    pixel_values = clip_processor(images=images, return_tensors="pt")["pixel_values"]
    return pixel_values, labels


test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
