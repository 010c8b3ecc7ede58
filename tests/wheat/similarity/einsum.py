# right: torch.einsum names the axes

def get_cosine_similarity(image_feats, text_feats):
    text_feats = text_feats.to(image_feats.device)
    dots = torch.einsum("nd,md->nm", image_feats, text_feats)
    lengths = torch.einsum("n,m->nm", image_feats.norm(dim=1), text_feats.norm(dim=1))
    return (dots / lengths).detach().cpu().numpy()
