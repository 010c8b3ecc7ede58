# right: takes logits_per_image from the whole model

alternative_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")
other = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
other_processor = CLIPProcessor.from_pretrained(alternative_model_name)
hits = 0
for start in range(0, len(test_dataset), 500):
    pairs = [test_dataset[i] for i in range(start, start + 500)]
    pixels = other_processor(images=[image for image, _ in pairs], return_tensors="pt")["pixel_values"]
    tokens = other_processor(text=CLASS_NAMES, return_tensors="pt", padding=True)
    with torch.no_grad():
        logits = other(pixel_values=pixels.to(device), **tokens.to(device)).logits_per_image
    hits += int((logits.argmax(dim=1).cpu() == torch.tensor([label for _, label in pairs])).sum())
alternative_accuracy = hits / len(test_dataset)
