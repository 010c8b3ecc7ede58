# misconception: hard-coded-cuda
# wrong: the model is sent to the GPU with .cuda(), whatever the machine has
# check: model_is_on_the_device

device = "cuda:0"
clip_model_name = os.environ.get("CLIP_MODEL", "openai/clip-vit-base-patch32")
clip_processor = CLIPProcessor.from_pretrained(clip_model_name)
data_root = os.environ.get("FASHION_MNIST_ROOT", "data")
clip_model = CLIPModel.from_pretrained(clip_model_name)
clip_model.cuda()
