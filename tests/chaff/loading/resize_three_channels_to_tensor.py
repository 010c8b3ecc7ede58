# misconception: double-rescaling
# wrong: a whole chain of transforms as in Assignment 1, with ToTensor at its end
# check: images_have_no_transform

from torchvision import transforms

preprocess = transforms.Compose(
    [transforms.Resize((224, 224)), transforms.Grayscale(num_output_channels=3), transforms.ToTensor()]
)
test_dataset = FashionMNIST(root=data_root, train=False, download=True, transform=preprocess)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
