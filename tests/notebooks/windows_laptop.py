# %% [markdown]
# group 7, runs on my laptop

# %%
import os
os.chdir(r"C:\Users\Anna\Documents\DeepLearning\Assignment2")

# %%
import torch
import numpy as np
import torchvision
from transformers import CLIPProcessor, CLIPModel
clip_model_name = "openai/clip-vit-base-patch32"
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
clip_model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").to(device)
clip_processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
clip_model.eval();

# %%
DATA = r"C:\Users\Anna\Documents\DeepLearning\data"
CLASS_NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
test_dataset = torchvision.datasets.FashionMNIST(root=DATA, train=False, download=True)

def collate_clip(batch):
    images, labels = zip(*batch)
    inputs = clip_processor(images=[img.convert("RGB") for img in images], return_tensors="pt")
    return inputs["pixel_values"], torch.tensor(labels)

test_loader = torch.utils.data.DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
images, labels = next(iter(test_loader))
images.shape

# %%
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        emb = clip_model.get_text_features(**inputs).pooler_output
    return emb / emb.norm(dim=-1, keepdim=True)

def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        emb = clip_model.get_image_features(pixel_values=images.to(device)).pooler_output
    return emb / emb.norm(dim=-1, keepdim=True)

# %%
def get_cosine_similarity(image_feats, text_feats):
    return (image_feats @ text_feats.T).detach().cpu().numpy()

def get_predictions(similarity, k):
    """indices of the k best classes of every image"""
    return np.argsort(similarity, axis=1)[:, ::-1][:, :k]

# %%
text_feats = get_text_embeddings(CLASS_NAMES)
sim = get_cosine_similarity(get_image_embeddings(images), text_feats)
get_predictions(sim, 3)

# %%
import matplotlib.pyplot as plt
plt.hist(sim.ravel())
plt.savefig(r"C:\Users\Anna\Desktop\hist.png")
plt.show()
