# misconception: unpooled-output
# wrong: the class token of the last hidden state
# check: image_features_are_the_projected_ones

def get_image_embeddings(images):
    with torch.no_grad():
        hidden = clip_model.vision_model(pixel_values=images.to(device)).last_hidden_state
    image_feats = hidden[:, 0, :]
    return image_feats / image_feats.norm(dim=-1, keepdim=True)
