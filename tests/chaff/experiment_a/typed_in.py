# misconception: accuracy-not-from-predictions
# wrong: a figure from the web is typed in
# check: alternative_accuracy_is_reported_truthfully

alternative_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")
alternative_accuracy = 0.673
