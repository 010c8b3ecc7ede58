# %% [markdown]
# # CLIP on Fashion-MNIST
# I did not see that there were names to use, sorry!

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from sklearn.metrics import accuracy_score, confusion_matrix
from torch.utils.data import DataLoader
from torchvision import datasets
from transformers import CLIPModel, CLIPProcessor

net = CLIPModel.from_pretrained("openai/clip-vit-base-patch32").eval()
proc = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")
data = datasets.FashionMNIST("./fashion", train=False, download=True)
labels = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]


def stack(items):
    pictures, targets = zip(*items)
    return proc(images=list(pictures), return_tensors="pt")["pixel_values"], torch.tensor(targets)


feeder = DataLoader(data, batch_size=64, shuffle=True, collate_fn=stack)


# %%
@torch.no_grad()
def score(sentences):
    words = net.get_text_features(**proc(text=sentences, padding=True, return_tensors="pt"))
    words = words / words.norm(dim=-1, keepdim=True)
    truth, guess = [], []
    for pixels, targets in feeder:
        rows = net.get_image_features(pixel_values=pixels)
        guess.append(((rows / rows.norm(dim=-1, keepdim=True)) @ words.T).argmax(dim=1))
        truth.append(targets)
    truth, guess = torch.cat(truth), torch.cat(guess)
    print(f"right: {100 * accuracy_score(truth, guess):.2f} %")
    plt.imshow(confusion_matrix(truth, guess))
    plt.show()


score(labels)

# %%
nicer = dict(zip(labels, [f"a photo of a {label.lower()}" for label in labels]))
score(list(nicer.values()))

# %%
# the same by hand, to be sure
words = net.get_text_features(**proc(text=labels, padding=True, return_tensors="pt")).detach()
t_all, p_all = [], []
with torch.no_grad():
    for pixels, targets in feeder:
        p_all.append((net.get_image_features(pixel_values=pixels) @ (words / words.norm(dim=-1, keepdim=True)).T).argmax(dim=1).numpy())
        t_all.append(targets.numpy())
acc = np.mean(np.concatenate(p_all) == np.concatenate(t_all))
