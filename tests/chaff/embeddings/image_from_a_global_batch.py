# misconception: global-instead-of-argument
# wrong: embeds a batch that was drawn outside the function
# check: image_rows_have_unit_length

pixel_values, labels = next(iter(test_loader))


def get_image_embeddings(images):
    with torch.no_grad():
        feats = projected(clip_model.get_image_features(pixel_values=pixel_values.to(device)))
    return feats / feats.norm(dim=-1, keepdim=True)
