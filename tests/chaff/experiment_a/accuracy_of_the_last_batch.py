# misconception: subset-as-whole
# wrong: the accuracy is computed after the loop from the last batch only
# check: alternative_accuracy_is_reported_truthfully

# %% id="experiment_a"
if experiment == "A":
    print("Experiment A: another model")
    alternative_model_name = "openai/clip-vit-base-patch16"
    alternative_model = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
    alternative_processor = CLIPProcessor.from_pretrained(alternative_model_name)

    def alternative_collate(batch):
        images, labels = zip(*batch, strict=True)
        pixels = alternative_processor(images=list(images), return_tensors="pt")["pixel_values"]
        return pixels, torch.tensor(labels)

    alternative_loader = DataLoader(test_dataset, batch_size=50, collate_fn=alternative_collate)
    tokens = alternative_processor(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_vectors = projected(alternative_model.get_text_features(**tokens))
    text_vectors = text_vectors / text_vectors.norm(dim=-1, keepdim=True)

    with torch.no_grad():
        for pixel_values, labels in alternative_loader:
            image_vectors = projected(alternative_model.get_image_features(pixel_values=pixel_values.to(device)))
            image_vectors = image_vectors / image_vectors.norm(dim=-1, keepdim=True)
            predicted = (image_vectors @ text_vectors.T).argmax(dim=1).cpu()
    alternative_accuracy = float((predicted == labels).float().mean())
    print(f"{alternative_model_name}: {alternative_accuracy:.3f}")
    print(f"{clip_model_name}: {baseline_accuracy:.3f}")
