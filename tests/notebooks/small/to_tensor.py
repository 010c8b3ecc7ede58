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
from torchvision import transforms
from torch.utils.data import DataLoader
CLASS_NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
               "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
test_dataset = datasets.FashionMNIST(root="data", train=False, download=True,
                                     transform=transforms.ToTensor())

def collate_clip(batch):
    x = clip_processor(images=[b[0] for b in batch], return_tensors="pt")
    return x.pixel_values, torch.tensor([b[1] for b in batch])

test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
print(len(test_dataset), len(test_loader))
