# %%
!pip install -q transformers==4.44 umap-learn wandb
%pip install datasets
!nvidia-smi

# %%
import wandb
wandb.init(project="clip-assignment")

# %%
import torch, numpy as np
import matplotlib.pyplot as plt
from torchvision.datasets import FashionMNIST
from torch.utils.data import DataLoader, Subset
from transformers import CLIPModel, CLIPProcessor
from google.colab import drive
drive.mount("/content/drive")

# %%
device = "cuda" if torch.cuda.is_available() else "cpu"
clip_model_name = "openai/clip-vit-base-patch32"
clip_model = CLIPModel.from_pretrained(clip_model_name).to(device).eval()
clip_processor = CLIPProcessor.from_pretrained(clip_model_name)

# %%
CLASS_NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
test_dataset = FashionMNIST("/content/data", train=False, download=True)

def collate_clip(batch):
    images = [b[0].convert("RGB") for b in batch]
    labels = torch.tensor([b[1] for b in batch])
    return clip_processor(images=images, return_tensors="pt").pixel_values, labels

test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)

# %%
# !! fix this later
def get_text_embeddings(class_names)
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    out = clip_model.get_text_features(**inputs)
    return out / out.norm(dim=-1, keepdim=True)

# %%
@torch.no_grad()
def get_image_embeddings(images):
    out = clip_model.get_image_features(images.to(device))
    out = getattr(out, "pooler_output", out)
    return out / out.norm(dim=-1, keepdim=True)

# %%
def get_cosine_similarity(image_feats, text_feats):
    image_feats = image_feats / image_feats.norm(dim=-1, keepdim=True)
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    sim = image_feats @ text_feats.t()
    return sim.cpu().detach().numpy()

def get_predictions(similarity):
    return np.argmax(similarity, axis=1)

files = !ls
print(files)

# %%
text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = (y_true == y_pred).mean()
