# misconception: model-overwritten
# wrong: a function with `global` replaces the model and does not put it back
# check: first_model_is_kept

alternative_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")


def load(name):
    global clip_model, clip_processor
    clip_model = CLIPModel.from_pretrained(name).to(device).eval()
    clip_processor = CLIPProcessor.from_pretrained(name)


load(alternative_model_name)
t, p = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
alternative_accuracy = float(np.mean(t == p))
