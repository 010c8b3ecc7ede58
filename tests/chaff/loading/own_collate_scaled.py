# misconception: double-rescaling
# wrong: own collate function divides by 255 and the processor rescales once more; collate_clip is not used
# check: batch_is_preprocessed_and_in_step

# %% id="loading"
def collate_fn(batch):
    imgs = []
    labels = []
    for img, label in batch:
        arr = np.array(img, dtype=np.float32) / 255.0
        imgs.append(np.stack([arr, arr, arr], axis=-1))
        labels.append(label)
    px = clip_processor(images=imgs, return_tensors="pt")["pixel_values"]
    return px, torch.tensor(labels)


test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_fn)
