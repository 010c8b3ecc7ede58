# right: padded to all 77 tokens and truncated there, as OpenAI's own code does

def get_text_embeddings(class_names, max_length=77):
    inputs = clip_processor.tokenizer(
        list(class_names),
        padding="max_length",
        max_length=max_length,
        truncation=True,
        return_tensors="pt",
    ).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    text_feats = text_feats / text_feats.norm(dim=-1, keepdim=True)
    return text_feats
