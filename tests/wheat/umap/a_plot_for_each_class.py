# right: ten small plots, one a class, each in the colour of its class

# %% id="umap_plot"
fig, axes = plt.subplots(2, 5, figsize=(20, 8), sharex=True, sharey=True)
for label, ax in enumerate(axes.flat):
    own = all_labels == label
    ax.scatter(*embeddings_umap[own].T, s=2, color=plt.cm.tab10(label))
    ax.set_title(CLASS_NAMES[label])
plt.show()
