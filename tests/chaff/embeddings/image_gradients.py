# misconception: gradients-kept
# wrong: model.eval() was taken for torch.no_grad()
# check: no_gradients_are_kept

def get_image_embeddings(images):
    clip_model.eval()
    image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    return image_feats / image_feats.norm(dim=-1, keepdim=True)
