# misconception: labels-from-another-pass
# wrong: the labels of the data set, which the shuffled loader does not follow
# check: labels_are_in_step

# %% id="umap_embed"
all_img_emb = np.concatenate([get_image_embeddings(images).cpu().numpy() for images, _ in test_loader])
all_labels = test_dataset.targets.numpy()
