# right: the decorator torch.inference_mode keeps gradients away

@torch.inference_mode()
def get_text_embeddings(class_names):
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True)
    inputs = {name: tensor.to(device) for name, tensor in inputs.items()}
    feats = projected(clip_model.get_text_features(**inputs))
    return feats / torch.linalg.vector_norm(feats, dim=1, keepdim=True)


@torch.inference_mode()
def get_image_embeddings(images):
    feats = projected(clip_model.get_image_features(images.to(device)))
    return feats / torch.linalg.vector_norm(feats, dim=1, keepdim=True)
