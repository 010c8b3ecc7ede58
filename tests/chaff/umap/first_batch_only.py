# misconception: one-batch-only
# wrong: next(iter(loader)) is one batch
# check: every_image_is_embedded

# %% id="umap_embed"
images, labels = next(iter(test_loader))
all_img_emb = get_image_embeddings(images).cpu().numpy()
all_labels = labels.numpy()
