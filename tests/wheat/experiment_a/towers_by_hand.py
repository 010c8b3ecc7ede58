# right: uses tower and projection by hand and a DataLoader with batches of 40, counts right answers by class

# %% id="experiment_a"
if experiment == "A":
    print("Experiment A: another model")
    alternative_model_name = "openai/clip-vit-base-patch16"
    alt_model = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
    alt_processor = CLIPProcessor.from_pretrained(alternative_model_name)
    n_classes = len(CLASS_NAMES)

    def alt_collate(batch):
        pictures, labels = map(list, zip(*batch))
        return alt_processor(images=pictures, return_tensors="pt").pixel_values, np.array(labels)

    with torch.no_grad():
        tokens = alt_processor(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
        texts = alt_model.text_projection(alt_model.text_model(**tokens).pooler_output)
        texts = torch.nn.functional.normalize(texts, dim=-1)
        right = np.zeros(n_classes)
        seen = np.zeros(n_classes)
        for pixels, labels in DataLoader(test_dataset, batch_size=40, collate_fn=alt_collate):
            views = alt_model.visual_projection(
                alt_model.vision_model(pixel_values=pixels.to(device)).pooler_output
            )
            # the length of an image embedding does not change which text is best
            guesses = (views @ texts.T).argmax(dim=-1).cpu().numpy()
            right += np.bincount(labels[guesses == labels], minlength=n_classes)
            seen += np.bincount(labels, minlength=n_classes)
    alternative_accuracy = float(right.sum() / seen.sum())
    print(f"{alternative_model_name}: {alternative_accuracy:.3f}")
    print(f"{clip_model_name}: {baseline_accuracy:.3f}")
