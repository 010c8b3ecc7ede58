# misconception: wrong-denominator
# wrong: the sum of batch accuracies is divided by the number of images instead of batches
# check: alternative_accuracy_is_reported_truthfully

# %% id="experiment_a"
if experiment == "A":
    print("Experiment A: another model")
    alternative_model_name = "openai/clip-vit-base-patch16"
    big_model = CLIPModel.from_pretrained(alternative_model_name).to(device)
    big_model.eval()
    big_proc = CLIPProcessor.from_pretrained(alternative_model_name)
    big_loader = DataLoader(
        test_dataset,
        batch_size=20,
        collate_fn=lambda b: (
            big_proc(images=[x for x, _ in b], return_tensors="pt")["pixel_values"],
            torch.tensor([y for _, y in b]),
        ),
    )
    acc = 0.0
    with torch.no_grad():
        t = big_proc(text=CLASS_NAMES, return_tensors="pt", padding=True).to(device)
        t = torch.nn.functional.normalize(projected(big_model.get_text_features(**t)), dim=-1)
        for x, y in big_loader:
            v = projected(big_model.get_image_features(pixel_values=x.to(device)))
            acc += (torch.argmax(v @ t.T, dim=1).cpu() == y).float().mean().item()
    alternative_accuracy = acc / len(big_loader.dataset)
    print(f"{alternative_model_name}: {alternative_accuracy:.3f}")
    print(f"{clip_model_name}: {baseline_accuracy:.3f}")
