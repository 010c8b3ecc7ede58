# misconception: none
# wrong: softmax runs over the images of the batch, so the classes' logits are distorted before argmax
# check: alternative_accuracy_is_reported_truthfully

# %% id="experiment_a"
if experiment == "A":
    print("Experiment A: another model")
    alternative_model_name = "openai/clip-vit-base-patch16"
    m = CLIPModel.from_pretrained(alternative_model_name).to(device).eval()
    p = CLIPProcessor.from_pretrained(alternative_model_name)
    n_right = 0
    idx = np.arange(len(test_dataset))
    for part in np.array_split(idx, max(1, len(idx) // 64)):
        pil = [test_dataset[int(i)][0] for i in part]
        lab = test_dataset.targets[part].numpy()
        inputs = p(text=CLASS_NAMES, images=pil, return_tensors="pt", padding=True).to(device)
        with torch.no_grad():
            out = m(**inputs)
        probs = out.logits_per_image.softmax(dim=0)
        n_right += int((probs.argmax(dim=1).cpu().numpy() == lab).sum())
    alternative_accuracy = n_right / len(test_dataset)
    print(f"{alternative_model_name}: {alternative_accuracy:.3f}")
    print(f"{clip_model_name}: {baseline_accuracy:.3f}")
