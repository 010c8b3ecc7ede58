# misconception: another-model-loaded
# wrong: alternative_model_name names the large model, but the one loaded and measured is base-patch16
# check: alternative_accuracy_is_reported_truthfully

if experiment == "A":
    print("Experiment A: another model")
    alternative_model_name = "openai/clip-vit-large-patch14"
    alt_model = CLIPModel.from_pretrained("openai/clip-vit-base-patch16")
    alt_model.to(device)
    alt_model.eval()
    alt_proc = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch16")

    # texts once
    tokens = alt_proc(text=CLASS_NAMES, padding=True, return_tensors="pt").to(device)
    with torch.no_grad():
        txt = projected(alt_model.get_text_features(**tokens))
    txt = txt / txt.norm(p=2, dim=1, keepdim=True)

    correct = 0
    total = 0
    batch_size = 32
    for start in range(0, len(test_dataset), batch_size):
        pairs = [test_dataset[i] for i in range(start, min(start + batch_size, len(test_dataset)))]
        images = [image for image, _ in pairs]
        labels = torch.tensor([label for _, label in pairs])
        pixel_values = alt_proc(images=images, return_tensors="pt")["pixel_values"].to(device)
        with torch.no_grad():
            img = projected(alt_model.get_image_features(pixel_values=pixel_values))
        img = img / img.norm(p=2, dim=1, keepdim=True)
        guess = (img @ txt.T).argmax(dim=1).cpu()
        correct += (guess == labels).sum().item()
        total += len(labels)
    alternative_accuracy = correct / total
    print(f"{alternative_model_name}: {alternative_accuracy:.3f}")
    print(f"{clip_model_name}: {baseline_accuracy:.3f}")
