# right: seaborn colours by the names, and orders its legend by itself

# %% id="umap_plot"
import seaborn as sns

x, y = embeddings_umap.T
sns.scatterplot(x=x, y=y, hue=np.array(CLASS_NAMES)[all_labels], s=4)
plt.show()
