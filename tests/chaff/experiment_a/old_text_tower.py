# misconception: none
# wrong: image tower of the new model, text embeddings of the old one
# check: alternative_accuracy_is_reported_truthfully

# %% id="experiment_a"
if experiment == "A":
    print("Experiment A: another model")
    alternative_model_name = "openai/clip-vit-base-patch16"
    alternative_model = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
    alternative_processor = CLIPProcessor.from_pretrained(alternative_model_name)

    def collate_alternative(batch):
        imgs, labs = zip(*batch, strict=True)
        px = alternative_processor(images=list(imgs), return_tensors="pt")["pixel_values"]
        return px, torch.tensor(labs)


    alt_loader = DataLoader(test_dataset, batch_size=32, collate_fn=collate_alternative)
    text_alt = get_text_embeddings(CLASS_NAMES)     # text is text
    hits, total = 0, 0
    for px, labs in alt_loader:
        with torch.no_grad():
            v = projected(alternative_model.get_image_features(pixel_values=px.to(device)))
        v = v / v.norm(dim=-1, keepdim=True)
        hits += int((get_predictions(get_cosine_similarity(v, text_alt)) == labs.numpy()).sum())
        total += len(labs)
    alternative_accuracy = hits / total

    print(f"{alternative_model_name}: {alternative_accuracy:.3f}")
    print(f"{clip_model_name}: {baseline_accuracy:.3f}")
