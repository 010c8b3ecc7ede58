# %%
import numpy as np
import torch
from transformers import CLIPProcessor, CLIPModel

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
clip_model_name = "openai/clip-vit-base-patch32"
clip_processor = CLIPProcessor.from_pretrained(clip_model_name)
clip_model = CLIPModel.from_pretrained(clip_model_name)
clip_model = clip_model.to(device)
clip_model.eval();

# %%
from torchvision import datasets
from torch.utils.data import DataLoader
CLASS_NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
               "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
test_dataset = datasets.FashionMNIST(root="data", train=False, download=True)

def collate_clip(batch):
    x = clip_processor(images=[b[0] for b in batch], return_tensors="pt")
    return x.pixel_values, torch.tensor([b[1] for b in batch])

test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
print(len(test_dataset), len(test_loader))

# %%
def get_text_embeddings(class_names):
    tokens = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        feats = clip_model.get_text_features(**tokens).pooler_output
    return feats / feats.norm(dim=-1, keepdim=True)

def get_image_embeddings(images):
    with torch.no_grad():
        feats = clip_model.get_image_features(pixel_values=images.to(device)).pooler_output
    return feats / feats.norm(dim=-1, keepdim=True)

# %%
def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=1, keepdim=True)
    b = text_feats / text_feats.norm(dim=1, keepdim=True)
    return (a @ b.T).cpu().numpy()
def get_predictions(similarity):
    return np.argmax(similarity, axis=1)

# %%
text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = [], []
for pixels, labels in test_loader:
    similarity = get_cosine_similarity(get_image_embeddings(pixels), text_feats)
    y_pred.append(get_predictions(similarity))
    y_true.append(labels.numpy())
y_true, y_pred = np.concatenate(y_true), np.concatenate(y_pred)
baseline_accuracy = np.mean(y_true == y_pred)
print(f"accuracy: {baseline_accuracy:.4f}")

# %%
CLASS_NAMES = [f"a photo of a {c.lower()}" for c in CLASS_NAMES]
improved_prompts = CLASS_NAMES
text_feats = get_text_embeddings(improved_prompts)
hits = []
for pixels, labels in test_loader:
    hits.extend(get_predictions(get_cosine_similarity(get_image_embeddings(pixels), text_feats)) == labels.numpy())
improved_accuracy = float(np.mean(hits))
