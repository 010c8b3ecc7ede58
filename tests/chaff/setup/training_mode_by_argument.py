# misconception: train-mode-left-on
# wrong: the last call puts the model back into training mode
# check: model_is_in_evaluation_mode

device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
clip_model_name = os.environ.get("CLIP_MODEL", "openai/clip-vit-base-patch32")
clip_model = CLIPModel.from_pretrained(clip_model_name).to(device).eval()
clip_processor = CLIPProcessor.from_pretrained(clip_model_name)
data_root = os.environ.get("FASHION_MNIST_ROOT", "data")
clip_model = clip_model.train(True)
