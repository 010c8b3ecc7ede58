# misconception: hard-coded-cuda
# wrong: the images are sent to the GPU with .cuda()
# check: image_rows_have_unit_length

def get_image_embeddings(images):
    with torch.no_grad():
        feats = projected(clip_model.get_image_features(pixel_values=images.cuda()))
    return feats / feats.norm(dim=-1, keepdim=True)
