# %% [markdown] base="solved" unfinished="prompts prompts_run umap_embed umap_project umap_plot experiment_choice"
# Right functions in a messy notebook: a test cell deleted, one edited, one copied, a solution cell split, the
# loop moved to the end of the section, warnings and a progress bar on stderr.

# %% id="check_embeddings" do="delete"

# %% id="check_similarity" do="duplicate"

# %% id="check_predictions"
get_predictions = None
print("all tests passed")

# %% id="similarity" do="split" at=7
def get_cosine_similarity(image_feats, text_feats):
    import warnings
    warnings.warn("slow, but it works")
    a = image_feats / image_feats.norm(dim=-1, keepdim=True)
    b = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return (a @ b.T).cpu().numpy()

print("similarity is defined")

# %% id="zero_shot_loop" do="move" after="check_baseline"
from tqdm import tqdm

def run_zero_shot(loader, text_feats):
    truth, guesses = [], []
    for images, labels in tqdm(loader):
        guesses.append(get_predictions(get_cosine_similarity(get_image_embeddings(images), text_feats)))
        truth.append(labels.numpy())
    return np.concatenate(truth), np.concatenate(guesses)
