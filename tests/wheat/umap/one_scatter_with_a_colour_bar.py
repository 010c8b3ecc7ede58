# right: one scatter plot with a palette, a colour bar, and the axes scaled alike

# %% id="umap_plot"
fig, ax = plt.subplots()
drawn = ax.scatter(*embeddings_umap.T, c=all_labels, cmap="tab10", s=1, alpha=0.4)
bar = fig.colorbar(drawn, ticks=range(10))
bar.ax.set_yticklabels(CLASS_NAMES)
ax.set_aspect("equal")
