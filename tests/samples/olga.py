# %% [markdown] base="solved" unfinished="prompts prompts_run umap_embed umap_project umap_plot experiment_choice"
# Mistake: helper code of transformers 4, which takes the output object of transformers 5 for a tensor.

# %% id="text_embeddings"
def get_text_embeddings(class_names):
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = clip_model.get_text_features(**inputs)
    return text_feats / text_feats.norm(dim=-1, keepdim=True)

# %% id="image_embeddings"
def get_image_embeddings(images):
    with torch.no_grad():
        image_feats = clip_model.get_image_features(pixel_values=images.to(device))
    return image_feats / image_feats.norm(dim=-1, keepdim=True)
