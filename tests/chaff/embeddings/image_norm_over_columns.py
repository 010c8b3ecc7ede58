# misconception: norm-over-columns
# wrong: normalize with dim=0
# check: image_rows_have_unit_length

import torch.nn.functional as F


def get_image_embeddings(images):
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    return F.normalize(image_feats, dim=0)
