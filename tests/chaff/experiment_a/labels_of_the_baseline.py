# misconception: none
# wrong: the labels are those of the pass of the baseline, in another order
# check: alternative_accuracy_is_reported_truthfully

alternative_model_name = "openai/clip-vit-base-patch16"
other_model = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
other_processor = CLIPProcessor.from_pretrained(alternative_model_name)


def collate_other(batch):
    images, labels = zip(*batch, strict=True)
    return other_processor(images=list(images), return_tensors="pt"), torch.tensor(labels)


with torch.no_grad():
    texts = other_processor(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
    other_texts = projected(other_model.get_text_features(**texts))
guesses = []
for inputs, _ in DataLoader(test_dataset, batch_size=50, collate_fn=collate_other):
    with torch.no_grad():
        rows = projected(other_model.get_image_features(**inputs.to(device)))
    guesses.append(get_predictions(get_cosine_similarity(rows, other_texts)))
alternative_accuracy = float(np.mean(np.concatenate(guesses) == y_true))
