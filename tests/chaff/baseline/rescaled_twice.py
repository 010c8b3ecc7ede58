# misconception: double-rescaling
# wrong: a loader of its own, with ToTensor in front of the processor
# check: baseline_is_reported_truthfully

from torchvision.transforms import ToTensor

tensor_dataset = FashionMNIST(root=data_root, train=False, download=True, transform=ToTensor())
tensor_loader = DataLoader(tensor_dataset, batch_size=250, shuffle=True, collate_fn=collate_clip)
y_true, y_pred = run_zero_shot(tensor_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
