# misconception: labels-in-the-map
# wrong: the label stands among the columns that are reduced
# check: map_keeps_the_rows

# %% id="umap_project"
import pandas as pd
import umap

table = pd.DataFrame(all_img_emb).assign(label=all_labels / 3)
table.columns = table.columns.astype(str)
embeddings_umap = umap.UMAP(metric="cosine", n_epochs=200, random_state=3, n_jobs=1).fit_transform(table)
