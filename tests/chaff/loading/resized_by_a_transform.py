# misconception: other-transform
# wrong: a transform enlarges the PIL images before the processor does
# check: images_have_no_transform

from torchvision.transforms import Resize

test_dataset = FashionMNIST(root=data_root, train=False, download=True, transform=Resize((224, 224)))
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
