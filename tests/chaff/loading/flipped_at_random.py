# misconception: other-transform
# wrong: the augmentation of Assignment 1's training is left in
# check: images_have_no_transform

from torchvision import transforms

augment = transforms.Compose([transforms.RandomHorizontalFlip(), transforms.RandomRotation(10)])
test_dataset = FashionMNIST(root=data_root, train=False, download=True, transform=augment)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
