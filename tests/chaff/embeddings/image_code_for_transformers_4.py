# misconception: transformers-output-object
# wrong: normalize gets the output object of transformers 5
# check: image_rows_have_unit_length

import torch.nn.functional as F


def get_image_embeddings(images):
    with torch.no_grad():
        return F.normalize(clip_model.get_image_features(images.to(device)), dim=-1)
