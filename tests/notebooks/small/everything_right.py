# %% [markdown]
# Zero-shot CLIP on Fashion-MNIST

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

def get_cosine_similarity(image_feats, text_feats):
    a = image_feats / image_feats.norm(dim=1, keepdim=True)
    b = text_feats / text_feats.norm(dim=1, keepdim=True)
    return (a @ b.T).cpu().numpy()

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

from sklearn.metrics import confusion_matrix
plt.imshow(confusion_matrix(y_true, y_pred)); plt.title("baseline"); plt.show()

# %%
improved_prompts = ["a photo of a t-shirt or top", "a photo of trousers", "a photo of a pullover sweater",
    "a photo of a dress", "a photo of a coat", "a photo of a sandal", "a photo of a shirt",
    "a photo of a sneaker", "a photo of a bag", "a photo of an ankle boot"]
y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float((y_true == y_pred).mean())
plt.imshow(confusion_matrix(y_true, y_pred)); plt.show()

# %%
experiment = "C"
def get_top_k_predictions(similarity, k):
    return np.argsort(-similarity, axis=1)[:, :k]
def top_k_accuracy(y_true, top_k):
    return float(np.mean([t in row for t, row in zip(y_true, top_k)]))
sims, truth = [], []
for px, y in test_loader:
    sims.append(get_cosine_similarity(get_image_embeddings(px), get_text_embeddings(CLASS_NAMES)))
    truth.append(y.numpy())
sims, truth = np.vstack(sims), np.concatenate(truth)
top_k_results = {k: top_k_accuracy(truth, get_top_k_predictions(sims, k)) for k in (1, 3, 5)}
top_k_results
