# misconception: not-rescaled
# wrong: switches off resizing in clip_processor, so each 28 x 28 picture sits as a stamp in the middle of a black square
# check: batch_is_preprocessed_and_in_step

test_dataset = FashionMNIST(root=data_root, train=False, download=True, transform=None)
# The images are 28x28, do not blow them up
clip_processor.image_processor.do_resize = False
test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_clip)
