# misconception: accuracy-not-from-prompts
# wrong: the improved prompts are measured, where the bare names were asked for
# check: alternative_accuracy_is_reported_truthfully

alternative_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")
model_2 = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
processor_2 = CLIPProcessor.from_pretrained(alternative_model_name)
correct = 0
with torch.no_grad():
    tokens = processor_2(text=improved_prompts, return_tensors="pt", padding=True).to(device)
    texts = projected(model_2.get_text_features(**tokens))
    texts = texts / texts.norm(dim=-1, keepdim=True)
    for start in range(0, len(test_dataset), 500):
        images, labels = zip(*(test_dataset[i] for i in range(start, start + 500)))
        pixels = processor_2(images=list(images), return_tensors="pt")["pixel_values"].to(device)
        scores = projected(model_2.get_image_features(pixel_values=pixels)) @ texts.T
        correct += int((scores.argmax(dim=1).cpu() == torch.tensor(labels)).sum())
alternative_accuracy = correct / len(test_dataset)
