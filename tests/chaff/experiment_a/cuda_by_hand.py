# misconception: hard-coded-cuda
# wrong: the other model is sent to "cuda"
# check: alternative_accuracy_is_reported_truthfully

alternative_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")
model_2 = CLIPModel.from_pretrained(alternative_model_name).to("cuda").eval()
processor_2 = CLIPProcessor.from_pretrained(alternative_model_name)
with torch.no_grad():
    names = projected(
        model_2.get_text_features(**processor_2(text=CLASS_NAMES, return_tensors="pt", padding=True).to("cuda"))
    )
    pixels = processor_2(images=[test_dataset[i][0] for i in range(10000)], return_tensors="pt")
    feats = projected(model_2.get_image_features(**pixels.to("cuda")))
alternative_accuracy = float(((feats @ names.T).argmax(1).cpu() == test_dataset.targets).float().mean())
