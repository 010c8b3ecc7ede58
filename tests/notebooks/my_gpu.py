# %%
import torch
import numpy as np
from torchvision.datasets import FashionMNIST
from torch.utils.data import DataLoader
from transformers import CLIPModel, CLIPProcessor

# %%
device = "cuda"
clip_model_name = "openai/clip-vit-base-patch32"
clip_processor = CLIPProcessor.from_pretrained(clip_model_name)
clip_model = CLIPModel.from_pretrained(clip_model_name)
clip_model.to(device)
clip_model.eval()

# %%
CLASS_NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]

def collate_clip(batch):
    imgs, labels = zip(*batch)
    return clip_processor(images=[i.convert("RGB") for i in imgs], return_tensors="pt")["pixel_values"], torch.tensor(labels)

test_dataset = FashionMNIST(root="data", train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)

# %%
def get_text_embeddings(class_names):
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True).to("cuda")
    with torch.no_grad():
        feats = clip_model.get_text_features(**inputs)
    return feats / feats.norm(p=2, dim=-1, keepdim=True)

def get_image_embeddings(images):
    with torch.no_grad():
        feats = clip_model.get_image_features(pixel_values=images.cuda())
    return feats / feats.norm(p=2, dim=-1, keepdim=True)

# %%
def get_cosine_similarity(image_feats, text_feats):
    return (image_feats @ text_feats.T).cpu().numpy()

# %%
def get_predictions(similarity):
    return similarity.argmax(axis=-1)

# %%
text_feats = get_text_embeddings(CLASS_NAMES)
xb, yb = next(iter(test_loader))
print(get_predictions(get_cosine_similarity(get_image_embeddings(xb), text_feats)), yb)
