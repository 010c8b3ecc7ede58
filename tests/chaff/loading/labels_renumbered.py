# misconception: classes-renumbered
# wrong: the classes are numbered in the alphabetical order of their names
# check: batch_is_preprocessed_and_in_step

number = {CLASS_NAMES.index(name): place for place, name in enumerate(sorted(CLASS_NAMES))}
test_dataset = FashionMNIST(data_root, train=False, download=True, target_transform=number.get)
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
