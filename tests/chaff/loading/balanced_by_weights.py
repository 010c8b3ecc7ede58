# misconception: drawn-with-replacement
# wrong: a sampler that balances classes, as for training, draws with replacement
# check: loader_covers_the_split
from torch.utils.data import WeightedRandomSampler

test_dataset = FashionMNIST(root=data_root, train=False, download=True)
counts = np.bincount(test_dataset.targets)
weights = [1 / counts[label] for label in test_dataset.targets]
sampler = WeightedRandomSampler(weights, num_samples=len(test_dataset))
test_loader = DataLoader(test_dataset, batch_size=16, sampler=sampler, collate_fn=collate_clip)
