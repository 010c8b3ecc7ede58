# right: own loader without shuffling, so that test_dataset.targets fit the rows

# %% id="umap_embed"
ordered_loader = DataLoader(test_dataset, batch_size=100, shuffle=False, collate_fn=collate_clip)
all_img_emb = torch.cat([get_image_embeddings(px).cpu() for px, _ in ordered_loader]).numpy()
all_labels = test_dataset.targets.numpy().copy()
print(f"all_img_emb has {len(all_img_emb):,} rows, all_labels {len(all_labels):,} entries")
