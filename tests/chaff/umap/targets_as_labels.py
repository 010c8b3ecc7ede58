# misconception: labels-from-another-pass
# wrong: test_dataset.targets are in the data set's order, the rows in the shuffled loader's
# check: labels_are_in_step

# %% id="umap_embed"
chunks = []
for pixel_values, _ in test_loader:
    chunks.append(get_image_embeddings(pixel_values).cpu().numpy())
all_img_emb = np.vstack(chunks)
all_labels = np.array(test_dataset.targets)
print(f"all_img_emb has {len(all_img_emb):,} rows, all_labels {len(all_labels):,} entries")
