# misconception: new-model-old-processor
# wrong: the texts are cut into tokens by the first model's processor
# check: alternative_accuracy_is_reported_truthfully

alternative_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")
alternative_model = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
correct = 0
with torch.no_grad():
    tokens = clip_processor(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
    names = projected(alternative_model.get_text_features(**tokens))
    names = names / names.norm(dim=-1, keepdim=True)
    for images, labels in test_loader:
        feats = projected(alternative_model.get_image_features(pixel_values=images.to(device)))
        correct += int(((feats @ names.T).argmax(dim=1).cpu() == labels).sum())
alternative_accuracy = correct / len(test_dataset)
