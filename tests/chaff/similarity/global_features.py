# misconception: global-instead-of-argument
# wrong: reads features that were made outside the function
# check: shape_is_images_by_texts

sample_images, _ = next(iter(test_loader))
img_emb = get_image_embeddings(sample_images)
txt_emb = get_text_embeddings(CLASS_NAMES)


def get_cosine_similarity(image_feats, text_feats):
    return (img_emb @ txt_emb.T).cpu().numpy()
