# misconception: model-overwritten
# wrong: clip_model and clip_processor are replaced, so that the helper functions use the new model
# check: first_model_is_kept

alternative_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")
clip_model = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
clip_processor = CLIPProcessor.from_pretrained(alternative_model_name)
alt_true, alt_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
alternative_accuracy = float((alt_true == alt_pred).mean())
