# misconception: same-model-again
# wrong: the other model is loaded, but the helper functions still use the first one
# check: alternative_accuracy_is_reported_truthfully

alternative_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")
alternative_model = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
alternative_processor = CLIPProcessor.from_pretrained(alternative_model_name)
alt_true, alt_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
alternative_accuracy = float((alt_true == alt_pred).mean())
