# misconception: list-returned
# wrong: a list of batches is left as it is
# check: every_image_is_embedded

# %% id="umap_embed"
all_img_emb, label_list = [], []
for images, labels in test_loader:
    all_img_emb.append(get_image_embeddings(images).cpu().numpy())
    label_list.append(labels.numpy())
all_labels = np.concatenate(label_list)

# %% id="umap_project"
import umap

embeddings_umap = umap.UMAP(metric="cosine", n_epochs=200, random_state=0, n_jobs=1).fit_transform(np.concatenate(all_img_emb))
