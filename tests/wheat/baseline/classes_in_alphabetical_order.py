# right: scikit-learn gets names, and puts rows and columns into their order

y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
names = np.array(CLASS_NAMES)
ConfusionMatrixDisplay.from_predictions(names[y_true], names[y_pred], xticks_rotation="vertical")
