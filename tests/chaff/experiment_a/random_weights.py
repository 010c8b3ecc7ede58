# misconception: weights-not-loaded
# wrong: the model is built from its config alone and has random weights
# check: alternative_accuracy_is_reported_truthfully

# %% id="experiment_a"
from transformers import CLIPConfig

if experiment == "A":
    print("Experiment A: another model")
    alternative_model_name = "openai/clip-vit-base-patch16"
    config2 = CLIPConfig.from_pretrained(alternative_model_name)
    model2 = CLIPModel(config2).to(device).eval()
    processor2 = CLIPProcessor.from_pretrained(alternative_model_name)

    with torch.no_grad():
        tok = processor2(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
        txt2 = projected(model2.get_text_features(**tok))
        right = 0
        for start in range(0, len(test_dataset), 50):
            part = [test_dataset[i] for i in range(start, min(start + 50, len(test_dataset)))]
            px = processor2(images=[p[0] for p in part], return_tensors="pt")["pixel_values"]
            img2 = projected(model2.get_image_features(pixel_values=px.to(device)))
            guess = get_predictions(get_cosine_similarity(img2, txt2))
            right += sum(int(g == p[1]) for g, p in zip(guess, part))
    alternative_accuracy = right / len(test_dataset)
    print(f"{alternative_model_name}: {alternative_accuracy:.3f}")
    print(f"{clip_model_name}: {baseline_accuracy:.3f}")
