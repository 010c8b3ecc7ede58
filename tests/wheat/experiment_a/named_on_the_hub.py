# right: the model is named by its id on the hub, and loaded by the Auto classes

from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

alternative_model_name = "openai/clip-vit-base-patch16"
other = AutoModel.from_pretrained(alternative_model_name).to(device).eval()
tokens = AutoTokenizer.from_pretrained(alternative_model_name)
pixels = AutoImageProcessor.from_pretrained(alternative_model_name)
with torch.no_grad():
    texts = tokens(CLASS_NAMES, padding=True, return_tensors="pt").to(device)
    other_texts = projected(other.get_text_features(**texts))
hits = 0
for start in range(0, len(test_dataset), 250):
    images, labels = zip(*(test_dataset[i] for i in range(start, start + 250)), strict=True)
    with torch.no_grad():
        inputs = pixels(images=list(images), return_tensors="pt").to(device)
        rows = projected(other.get_image_features(**inputs))
    hits += int((get_predictions(get_cosine_similarity(rows, other_texts)) == labels).sum())
alternative_accuracy = hits / len(test_dataset)
