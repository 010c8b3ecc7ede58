# misconception: same-model-again
# wrong: the name of the new model is reported, but the first model is loaded and measured
# check: alternative_accuracy_is_reported_truthfully

# %% id="experiment_a"
if experiment == "A":
    print("Experiment A: another model")
    alternative_model_name = "openai/clip-vit-base-patch16"
    alt_model = CLIPModel.from_pretrained(clip_model_name).to(device).eval()
    alt_processor = CLIPProcessor.from_pretrained(clip_model_name)
    with torch.no_grad():
        tokens = alt_processor(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
        alt_text = projected(alt_model.get_text_features(**tokens))
        alt_text = alt_text / alt_text.norm(dim=-1, keepdim=True)
    hits = 0
    for start in range(0, len(test_dataset), 50):
        pairs = [test_dataset[i] for i in range(start, min(start + 50, len(test_dataset)))]
        pixels = alt_processor(images=[p[0] for p in pairs], return_tensors="pt")["pixel_values"].to(device)
        with torch.no_grad():
            feats = projected(alt_model.get_image_features(pixel_values=pixels))
        feats = feats / feats.norm(dim=-1, keepdim=True)
        guess = (feats @ alt_text.T).argmax(dim=1).cpu()
        hits += int((guess == torch.tensor([p[1] for p in pairs])).sum())
    alternative_accuracy = hits / len(test_dataset)
    print(f"{alternative_model_name}: {alternative_accuracy:.3f}")
    print(f"{clip_model_name}: {baseline_accuracy:.3f}")
