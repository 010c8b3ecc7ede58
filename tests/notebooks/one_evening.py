# %% [markdown]
# # Assignment 2 - CLIP
# did everything in one go, no time left for umap, hope this is fine

# %%
import numpy as np
import torch
import matplotlib.pyplot as plt
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets
from transformers import CLIPModel, CLIPProcessor
from sklearn.metrics import confusion_matrix, ConfusionMatrixDisplay, accuracy_score

device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
clip_model_name = "openai/clip-vit-base-patch32"
clip_model = CLIPModel.from_pretrained(clip_model_name).to(device)
clip_model.eval()
clip_processor = CLIPProcessor.from_pretrained(clip_model_name)
print(device)

# %%
CLASS_NAMES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
               "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]

def collate_clip(batch):
    imgs, labels = zip(*batch)
    px = clip_processor(images=[im.convert("RGB") for im in imgs], return_tensors="pt")["pixel_values"]
    return px, torch.tensor(labels)

test_dataset = datasets.FashionMNIST(root="./data", train=False, download=True)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
len(test_dataset)

# %%
def show_batch(loader):
    px, y = next(iter(loader))
    fig, axs = plt.subplots(2, 8, figsize=(14, 4))
    for ax, p, l in zip(axs.flat, px, y):
        ax.imshow(p[0], cmap="gray"); ax.set_title(CLASS_NAMES[l]); ax.axis("off")
    plt.show()

show_batch(test_loader)

# %%
def _tensor(out):
    # newer transformers gives an object
    return out if torch.is_tensor(out) else out.pooler_output

def get_text_embeddings(class_names):
    inp = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        f = _tensor(clip_model.get_text_features(**inp))
    return F.normalize(f, dim=-1)

def get_image_embeddings(images):
    with torch.no_grad():
        f = _tensor(clip_model.get_image_features(pixel_values=images.to(device)))
    return F.normalize(f, dim=-1)

def get_cosine_similarity(image_feats, text_feats):
    return (image_feats @ text_feats.T).cpu().numpy()

def get_predictions(similarity):
    return similarity.argmax(axis=1)

# %%
def run_zero_shot(loader, text_feats):
    ys, ps = [], []
    for x, y in loader:
        ps.append(get_predictions(get_cosine_similarity(get_image_embeddings(x), text_feats)))
        ys.append(y.numpy())
    return np.concatenate(ys), np.concatenate(ps)

def plot_confusion_matrix(y_true, y_pred, class_names):
    cm = confusion_matrix(y_true, y_pred)
    fig, ax = plt.subplots(figsize=(9, 9))
    ConfusionMatrixDisplay(cm, display_labels=class_names).plot(ax=ax, xticks_rotation=60)
    plt.show()

# %%
# takes forever on my laptop, so only once and keep the numbers
embs, labs = [], []
for x, y in test_loader:
    embs.append(get_image_embeddings(x).cpu().numpy())
    labs.append(y.numpy())
all_img_emb = np.concatenate(embs)
all_labels = np.concatenate(labs)
all_img_emb.shape

# %%
text_feats = get_text_embeddings(CLASS_NAMES)
sim = get_cosine_similarity(torch.tensor(all_img_emb), text_feats.cpu())
y_pred = get_predictions(sim)
baseline_accuracy = accuracy_score(all_labels, y_pred)
print("acc", baseline_accuracy)
plot_confusion_matrix(all_labels, y_pred, CLASS_NAMES)

# %% [markdown]
# CNN was way better (0.91). CLIP mixes up shirts / tops / coats

# %%
improved_prompts = ["a photo of a T-shirt or top", "a photo of trousers or pants", "a photo of a pullover sweater",
                    "a photo of a dress", "a photo of a coat or jacket", "a photo of a sandal shoe",
                    "a photo of a shirt or blouse", "a photo of a sneaker shoe", "a photo of a handbag or bag",
                    "a photo of an ankle boot shoe"]
sim2 = get_cosine_similarity(torch.tensor(all_img_emb), get_text_embeddings(improved_prompts).cpu())
improved_accuracy = (get_predictions(sim2) == all_labels).mean()
print("better prompts", improved_accuracy)
plot_confusion_matrix(all_labels, get_predictions(sim2), CLASS_NAMES)

# %%
experiment = "C"

def get_top_k_predictions(similarity, k):
    return np.argsort(-similarity, axis=1)[:, :k]

def top_k_accuracy(y_true, top_k):
    return float(np.mean([t in row for t, row in zip(y_true, top_k)]))

top_k_results = {k: top_k_accuracy(all_labels, get_top_k_predictions(sim, k)) for k in (1, 3, 5)}
print(top_k_results)
