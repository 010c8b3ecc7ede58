# misconception: none
# wrong: names instead of class indices
# check: labels_are_in_step

# %% id="umap_embed"
rows, names = [], []
for images, labels in test_loader:
    rows.append(get_image_embeddings(images).cpu().numpy())
    names.extend(CLASS_NAMES[label] for label in labels)
all_img_emb = np.concatenate(rows)
all_labels = np.array(names)

# %% id="umap_plot"
for name in CLASS_NAMES:
    plt.scatter(*embeddings_umap[all_labels == name].T, s=2, label=name)
plt.legend()
plt.show()
