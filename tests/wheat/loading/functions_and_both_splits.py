# right: a helper makes either split; the training split is loaded too, under another name

def load_split(train):
    return FashionMNIST(root=data_root, train=train, download=True)


train_dataset = load_split(train=True)
test_dataset = load_split(train=False)
print(len(train_dataset), "for training,", len(test_dataset), "for testing")
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=lambda b: collate_clip(b))
