# misconception: hard-coded-cuda
# wrong: the device is typed in, so the cell stops on a machine without an NVIDIA GPU
# check: model_is_on_the_device

device = "cuda"
clip_model_name = os.environ.get("CLIP_MODEL", "openai/clip-vit-base-patch32")
clip_model = CLIPModel.from_pretrained(clip_model_name).to(device).eval()
clip_processor = CLIPProcessor.from_pretrained(clip_model_name)
data_root = os.environ.get("FASHION_MNIST_ROOT", "data")
