# misconception: subset-as-whole
# wrong: the accuracy is overwritten in every batch, what remains is that of the last
# check: alternative_accuracy_is_reported_truthfully

# %% id="experiment_a"
if experiment == "A":
    print("Experiment A: another model")
    alternative_model_name = "openai/clip-vit-base-patch16"
    alt_model = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
    alt_processor = CLIPProcessor.from_pretrained(alternative_model_name)

    inputs = alt_processor(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        alt_text_feats = projected(alt_model.get_text_features(**inputs))
        alt_text_feats = alt_text_feats / alt_text_feats.norm(dim=1, keepdim=True)

    def my_collate(batch):
        images = [b[0] for b in batch]
        labels = [b[1] for b in batch]
        return alt_processor(images=images, return_tensors="pt")["pixel_values"], np.array(labels)

    alt_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=my_collate)
    for images, labels in alt_loader:
        with torch.no_grad():
            feats = projected(alt_model.get_image_features(pixel_values=images.to(device)))
            feats = feats / feats.norm(dim=1, keepdim=True)
        pred = get_predictions(get_cosine_similarity(feats, alt_text_feats))
        alternative_accuracy = float(np.mean(pred == labels))
    print(f"{alternative_model_name}: {alternative_accuracy:.3f}")
    print(f"{clip_model_name}: {baseline_accuracy:.3f}")
