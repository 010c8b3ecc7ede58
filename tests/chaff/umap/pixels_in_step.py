# misconception: none
# wrong: the pixels of the same images are reduced, not their embeddings
# check: map_keeps_the_rows

# %% id="umap_embed"
rows, pixels, targets = [], [], []
for images, labels in test_loader:
    rows.append(get_image_embeddings(images).cpu().numpy())
    pixels.append(images.mean(dim=1)[:, ::8, ::8].flatten(1).numpy())
    targets.append(labels.numpy())
all_img_emb, all_labels = np.concatenate(rows), np.concatenate(targets)

# %% id="umap_project"
import umap

embeddings_umap = umap.UMAP(n_epochs=200, random_state=3, n_jobs=1).fit_transform(np.concatenate(pixels))
