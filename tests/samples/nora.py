# %% [markdown] base="solved" unfinished="umap_embed umap_project umap_plot"
# Mistake: clip_model and clip_processor overwritten for experiment A.

# %% id="experiment_choice"
experiment = "A"

# %% id="experiment_a"
alternative_model_name = os.environ["CLIP_ALTERNATIVE_MODEL"]
clip_model = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
clip_processor = CLIPProcessor.from_pretrained(alternative_model_name)
y_a, p_a = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
alternative_accuracy = float((y_a == p_a).mean())
