# right: the weights are frozen as well, which does no harm

device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
clip_model_name = os.environ.get("CLIP_MODEL", "openai/clip-vit-base-patch32")
clip_model = CLIPModel.from_pretrained(clip_model_name).to(device).eval().requires_grad_(False)
clip_processor = CLIPProcessor.from_pretrained(clip_model_name)
data_root = os.environ.get("FASHION_MNIST_ROOT", "data")
