# misconception: columns-rescaled
# wrong: all_img_emb is overwritten by StandardScaler's output, these are not the embeddings
# check: every_image_is_embedded

# %% id="umap_embed"
from sklearn.preprocessing import StandardScaler

embs, labs = [], []
for pixel_values, labels in test_loader:
    embs.append(get_image_embeddings(pixel_values).cpu().numpy())
    labs.append(labels.numpy())
all_img_emb = StandardScaler().fit_transform(np.vstack(embs))
all_labels = np.hstack(labs)
print(f"all_img_emb has {len(all_img_emb):,} rows, all_labels {len(all_labels):,} entries")
