# misconception: model-overwritten
# wrong: even the name of the notebook's model is replaced
# check: another_model_is_chosen

clip_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")
clip_model = CLIPModel.from_pretrained(clip_model_name).to(device).eval()
clip_processor = CLIPProcessor.from_pretrained(clip_model_name)
alternative_model_name = clip_model_name
t, p = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
alternative_accuracy = float((t == p).mean())
