# right: through the module torchvision.datasets, with a constant for the batch size

import torchvision

BATCH_SIZE = 16
test_dataset = torchvision.datasets.FashionMNIST(data_root, False, download=True)
test_loader = torch.utils.data.DataLoader(test_dataset, BATCH_SIZE, True, collate_fn=collate_clip)
