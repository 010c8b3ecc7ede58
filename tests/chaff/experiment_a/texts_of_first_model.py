# misconception: none
# wrong: images of the new model are compared with texts of the old one
# check: alternative_accuracy_is_reported_truthfully

# %% id="experiment_a"
if experiment == "A":
    print("Experiment A: another model")
    alternative_model_name = "openai/clip-vit-base-patch16"
    model_b16 = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
    proc_b16 = CLIPProcessor.from_pretrained(alternative_model_name)

    text_feats_alt = get_text_embeddings(CLASS_NAMES)
    loader_alt = DataLoader(test_dataset, batch_size=32, collate_fn=lambda b: b)
    t_alt, p_alt = [], []
    for batch in loader_alt:
        px = proc_b16(images=[im for im, _ in batch], return_tensors="pt")["pixel_values"].to(device)
        with torch.no_grad():
            f = projected(model_b16.get_image_features(pixel_values=px))
        f = f / f.norm(dim=-1, keepdim=True)
        p_alt.append(get_predictions(get_cosine_similarity(f, text_feats_alt)))
        t_alt += [lab for _, lab in batch]
    alternative_accuracy = float(np.mean(np.array(t_alt) == np.concatenate(p_alt)))
    print(f"{alternative_model_name}: {alternative_accuracy:.3f}")
    print(f"{clip_model_name}: {baseline_accuracy:.3f}")
