# right: a loader with the new processor, larger batches, own helper functions

alternative_model_name = os.environ.get("CLIP_ALTERNATIVE_MODEL", "openai/clip-vit-base-patch16")
model_b = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
processor_b = CLIPProcessor.from_pretrained(alternative_model_name)


def collate_b(batch):
    images = [image for image, _ in batch]
    labels = torch.tensor([label for _, label in batch])
    return processor_b(images=images, return_tensors="pt")["pixel_values"], labels


def unit(feats):
    return feats / feats.norm(dim=-1, keepdim=True)


loader_b = DataLoader(test_dataset, batch_size=100, collate_fn=collate_b)
with torch.no_grad():
    tokens = processor_b(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
    text_b = unit(projected(model_b.get_text_features(**tokens)))
    true_b, pred_b = [], []
    for pixels, labels in loader_b:
        image_b = unit(projected(model_b.get_image_features(pixel_values=pixels.to(device))))
        pred_b.append(get_predictions(get_cosine_similarity(image_b, text_b)))
        true_b.append(labels.numpy())
alternative_accuracy = float(np.mean(np.concatenate(true_b) == np.concatenate(pred_b)))
