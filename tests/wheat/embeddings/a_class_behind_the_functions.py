# right: a class does the work, and the two functions call it

class Embedder:
    def __init__(self, model, processor, device):
        self.model = model
        self.processor = processor
        self.device = device

    @staticmethod
    def normalise(feats, eps=1e-12):
        return feats / feats.norm(dim=-1, keepdim=True).clamp_min(eps)

    def text(self, texts):
        inputs = self.processor(text=texts, return_tensors="pt", padding=True).to(self.device)
        with torch.no_grad():
            return self.normalise(projected(self.model.get_text_features(**inputs)))

    def image(self, pixels):
        with torch.no_grad():
            feats = projected(self.model.get_image_features(pixel_values=pixels.to(self.device)))
        return self.normalise(feats)


def get_text_embeddings(class_names):
    return Embedder(clip_model, clip_processor, device).text(class_names)


def get_image_embeddings(images):
    return Embedder(clip_model, clip_processor, device).image(images)
