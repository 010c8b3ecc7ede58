# right: a loader that is not shuffled, so the labels of the data set are in step

# %% id="umap_embed"
ordered = DataLoader(test_dataset, batch_size=200, shuffle=False, collate_fn=collate_clip)
all_img_emb = torch.cat([get_image_embeddings(images).cpu() for images, _ in ordered]).numpy()
all_labels = test_dataset.targets.numpy()
