# misconception: other-transform
# wrong: the data set has a transform (Resize, Grayscale(3)), asked was none
# check: images_have_no_transform

# %% id="loading"
from torchvision import transforms

clip_size = clip_processor.image_processor.crop_size["height"]
tf = transforms.Compose([
    transforms.Resize((clip_size, clip_size)),
    transforms.Grayscale(num_output_channels=3),
])
test_dataset = FashionMNIST(root=data_root, train=False, download=True, transform=tf)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
