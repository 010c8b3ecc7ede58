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
def get_text_embeddings(class_names):
    tokens = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        feats = clip_model.text_projection(clip_model.get_text_features(**tokens).pooler_output)
    return feats / feats.norm(dim=-1, keepdim=True)

def get_image_embeddings(images):
    with torch.no_grad():
        feats = clip_model.get_image_features(pixel_values=images.to(device)).pooler_output
    return feats / feats.norm(dim=-1, keepdim=True)
