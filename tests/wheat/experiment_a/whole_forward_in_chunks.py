# right: no DataLoader: chunks of PIL images, logits_per_image of the whole model

# %% id="experiment_a"
from transformers import AutoModel, AutoProcessor

if experiment == "A":
    print("Experiment A: another model")
    alternative_model_name = "openai/clip-vit-base-patch16"
    other_model = AutoModel.from_pretrained(alternative_model_name).eval().to(device)
    other_processor = AutoProcessor.from_pretrained(alternative_model_name)
    other_hits = []
    for s in range(0, len(test_dataset), 40):
        images_s, labels_s = zip(*(test_dataset[i] for i in range(s, min(s + 40, len(test_dataset)))))
        enc = other_processor(
            text=test_dataset.classes, images=list(images_s), padding=True, return_tensors="pt"
        ).to(device)
        with torch.no_grad():
            best = other_model(**enc).logits_per_image.argmax(-1).tolist()
        other_hits += [b == l for b, l in zip(best, labels_s)]
    alternative_accuracy = float(np.mean(other_hits))
    print(f"{alternative_model_name}: {alternative_accuracy:.3f}")
    print(f"{clip_model_name}: {baseline_accuracy:.3f}")
