# right: torch's cosine_similarity with broadcast axes

def get_cosine_similarity(image_feats, text_feats):
    similarity = torch.nn.functional.cosine_similarity(
        image_feats.unsqueeze(1), text_feats.to(image_feats.device).unsqueeze(0), dim=2
    )
    return similarity.cpu().numpy()
