# misconception: norm-of-whole-matrix
# wrong: torch.linalg.norm without dim gives one number for all rows
# check: image_rows_have_unit_length

def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    return image_feats / torch.linalg.norm(image_feats)
