# misconception: images-processed-twice
# wrong: test_loader is made again, with images that go through the processor twice
# check: baseline_is_reported_truthfully

def collate_twice(batch):
    pixel_values, labels = collate_clip(batch)
    return clip_processor(images=pixel_values, return_tensors="pt")["pixel_values"], labels


test_loader = DataLoader(test_dataset, batch_size=16, shuffle=True, collate_fn=collate_twice)
y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
