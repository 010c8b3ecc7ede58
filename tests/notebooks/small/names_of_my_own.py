# %%
from transformers import CLIPModel, CLIPProcessor
model = CLIPModel.from_pretrained("openai/clip-vit-base-patch32")
processor = CLIPProcessor.from_pretrained("openai/clip-vit-base-patch32")

# %%
def text_embeddings(names):
    return model.get_text_features(**processor(text=names, return_tensors="pt", padding=True))
def predictions(sim):
    return sim.argmax(1)
