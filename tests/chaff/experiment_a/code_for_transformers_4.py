# misconception: transformers-output-object
# wrong: the output object of transformers 5 is taken for a tensor
# check: alternative_accuracy_is_reported_truthfully

alternative_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")
model_2 = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
processor_2 = CLIPProcessor.from_pretrained(alternative_model_name)
with torch.no_grad():
    tokens = processor_2(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
    names = model_2.get_text_features(**tokens)
    names = names / names.norm(dim=-1, keepdim=True)
    correct = 0
    for i in range(0, 10000, 100):
        batch = [test_dataset[j] for j in range(i, i + 100)]
        pixels = processor_2(images=[image for image, _ in batch], return_tensors="pt").to(device)
        feats = model_2.get_image_features(**pixels)
        best = (feats @ names.T).argmax(dim=1)
        correct += sum(int(b) == label for b, (_, label) in zip(best, batch))
alternative_accuracy = correct / 10000
