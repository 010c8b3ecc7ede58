# right: asks what came back, so that it runs on transformers 4 and 5

def as_tensor(output):
    return output if isinstance(output, torch.Tensor) else output.pooler_output


def get_text_embeddings(class_names):
    inputs = clip_processor(text=class_names, return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        feats = as_tensor(clip_model.get_text_features(**inputs))
    return feats / feats.norm(dim=-1, keepdim=True)


def get_image_embeddings(images):
    with torch.no_grad():
        feats = as_tensor(clip_model.get_image_features(pixel_values=images.to(device)))
    return feats / feats.norm(dim=-1, keepdim=True)
