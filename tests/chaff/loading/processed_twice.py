# misconception: images-processed-twice
# wrong: what the processor has made goes through the processor again
# check: batch_is_preprocessed_and_in_step

def collate_twice(batch):
    pixel_values, labels = collate_clip(batch)
    return clip_processor(images=pixel_values, return_tensors="pt")["pixel_values"], labels


test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_twice)
