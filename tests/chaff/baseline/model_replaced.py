# misconception: model-overwritten
# wrong: another model is loaded into clip_model and clip_processor
# check: baseline_is_reported_truthfully

clip_model = CLIPModel.from_pretrained(os.environ["CLIP_ALTERNATIVE_MODEL"]).to(device).eval()
clip_processor = CLIPProcessor.from_pretrained(os.environ["CLIP_ALTERNATIVE_MODEL"])
text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
