# misconception: double-rescaling
# wrong: the transform is set on the data set afterwards
# check: images_have_no_transform

import torchvision.transforms as T

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
test_dataset.transform = T.ToTensor()
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
