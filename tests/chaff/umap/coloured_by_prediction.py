# misconception: coloured-by-predictions
# wrong: coloured by predicted class instead of the true one
# check: map_is_drawn

# %% id="umap_plot"
pred = get_predictions(
    get_cosine_similarity(torch.as_tensor(all_img_emb), get_text_embeddings(CLASS_NAMES))
)
plt.figure(figsize=(8, 7))
for c, name in enumerate(CLASS_NAMES):
    m = pred == c
    plt.scatter(embeddings_umap[m, 0], embeddings_umap[m, 1], s=2, color=plt.cm.tab10(c), label=name)
plt.legend(markerscale=5)
plt.title("UMAP of the image embeddings")
plt.show()
