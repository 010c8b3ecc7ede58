# misconception: labels-from-another-pass
# wrong: a second pass over the shuffled loader gives the labels
# check: labels_are_in_step

# %% id="umap_embed"
all_img_emb = torch.cat([get_image_embeddings(images) for images, labels in test_loader]).cpu().numpy()
all_labels = torch.cat([labels for images, labels in test_loader]).numpy()
