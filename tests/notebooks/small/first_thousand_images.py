# %%
import torch, numpy as np
import matplotlib.pyplot as plt
from transformers import CLIPModel, CLIPProcessor
from torchvision.datasets import FashionMNIST
from torch.utils.data import DataLoader

clip_model_name = "openai/clip-vit-base-patch32"
device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
clip_model = CLIPModel.from_pretrained(clip_model_name).to(device).eval()
clip_processor = CLIPProcessor.from_pretrained(clip_model_name)

# %%
CLASS_NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
               "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]

def collate_clip(batch):
    images, labels = zip(*batch)
    pixels = clip_processor(images=[i.convert("RGB") for i in images], return_tensors="pt")["pixel_values"]
    return pixels, torch.tensor(labels)

test_dataset = FashionMNIST("./data", train=False, download=True)
test_dataset = torch.utils.data.Subset(test_dataset, range(1000))  # faster
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)

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

# %%
def get_predictions(similarity):
    return np.argmax(similarity, axis=1)

# %%
def run_zero_shot(loader, text_feats):
    y_true, y_pred = [], []
    for pixels, labels in loader:
        sim = get_cosine_similarity(get_image_embeddings(pixels), text_feats)
        y_pred.extend(get_predictions(sim))
        y_true.extend(labels.numpy())
    return np.array(y_true), np.array(y_pred)

# %%
y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
baseline_accuracy
