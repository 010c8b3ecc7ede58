# misconception: not-rescaled
# wrong: redefines collate_clip with do_rescale=False: grey levels up to 255 are normalised
# check: batch_is_preprocessed_and_in_step

# %% id="loading"
def collate_clip(batch):
    """Fixed: rescaling off, otherwise pictures are divided by 255 twice (see warning)."""
    images, labels = zip(*batch)
    out = clip_processor(images=list(images), do_rescale=False, return_tensors="pt")
    return out["pixel_values"], torch.tensor(labels)


test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
