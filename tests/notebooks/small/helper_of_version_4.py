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
def get_text_embeddings(class_names):
    tokens = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        feats = clip_model.get_text_features(**tokens)
    return feats / feats.norm(dim=-1, keepdim=True)

def get_image_embeddings(images):
    with torch.no_grad():
        feats = clip_model.get_image_features(pixel_values=images.to(device))
    return feats / feats.norm(dim=-1, keepdim=True)
