# misconception: none
# wrong: colours say which images the baseline gets right
# check: map_is_drawn

# %% id="umap_plot"
prediction = get_predictions(get_cosine_similarity(torch.tensor(all_img_emb), text_feats))
plt.scatter(*embeddings_umap.T, c=prediction == all_labels, s=2)
plt.show()
