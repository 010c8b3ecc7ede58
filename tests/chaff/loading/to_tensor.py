# misconception: double-rescaling
# wrong: ToTensor divides by 255, and the processor does so again
# check: images_have_no_transform

from torchvision import transforms

test_dataset = FashionMNIST(
    root=data_root, train=False, download=True, transform=transforms.ToTensor()
)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
