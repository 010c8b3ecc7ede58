# misconception: argument-changed
# wrong: the rows of the caller's tensors are divided, not copies of them
# check: one_image_and_other_precision


def get_cosine_similarity(image_feats, text_feats):
    images, texts = image_feats.cpu().numpy(), text_feats.cpu().numpy()
    for rows in (images, texts):
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return images @ texts.T
