# right: the device is a torch.device, picked in the order cuda, mps, cpu

if torch.cuda.is_available():
    device = torch.device("cuda")
elif torch.backends.mps.is_available():
    device = torch.device("mps")
else:
    device = torch.device("cpu")
print("using", device)

clip_model_name = os.environ.get("CLIP_MODEL", "openai/clip-vit-base-patch32")
clip_model = CLIPModel.from_pretrained(clip_model_name)
clip_model.to(device)
clip_model.eval()
clip_processor = CLIPProcessor.from_pretrained(clip_model_name)
data_root = os.environ.get("FASHION_MNIST_ROOT", "data")
