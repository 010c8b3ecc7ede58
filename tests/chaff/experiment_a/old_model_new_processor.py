# misconception: new-model-old-processor
# wrong: the other model's texts meet the first model's processor through a mixed-up variable
# check: alternative_accuracy_is_reported_truthfully

alternative_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")
other_model = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
other_processor = CLIPProcessor.from_pretrained(clip_model_name)


def unit(x):
    return x / x.norm(dim=-1, keepdim=True)


def collate_other(batch):
    images, labels = zip(*batch)
    return other_processor(images=list(images), return_tensors="pt")["pixel_values"], torch.tensor(labels)


with torch.no_grad():
    tokens = other_processor(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
    names = unit(projected(other_model.get_text_features(**tokens)))
    hits = 0
    for pixels, labels in DataLoader(test_dataset, batch_size=100, collate_fn=collate_other):
        feats = unit(projected(other_model.get_image_features(pixel_values=pixels.to(device))))
        hits += int((get_predictions(get_cosine_similarity(feats, names)) == labels.numpy()).sum())
alternative_accuracy = hits / 10000
