# misconception: percentage
# wrong: per cent instead of a share
# check: alternative_accuracy_is_reported_truthfully

alternative_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")
model_2 = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
processor_2 = CLIPProcessor.from_pretrained(alternative_model_name)
correct = 0
with torch.no_grad():
    tokens = processor_2(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
    names = projected(model_2.get_text_features(**tokens))
    names = names / names.norm(dim=-1, keepdim=True)
    for start in range(0, 10000, 250):
        images, labels = zip(*(test_dataset[i] for i in range(start, start + 250)))
        pixels = processor_2(images=list(images), return_tensors="pt")["pixel_values"].to(device)
        scores = projected(model_2.get_image_features(pixel_values=pixels)) @ names.T
        correct += int((scores.argmax(dim=1).cpu() == torch.tensor(labels)).sum())
alternative_accuracy = 100 * correct / 10000
