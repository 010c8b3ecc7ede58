# right: the figure is given to `display`, and closed

y_true, y_pred = run_zero_shot(test_loader, get_text_embeddings(CLASS_NAMES))
baseline_accuracy = float((y_true == y_pred).mean())
figure = plot_confusion_matrix(y_true, y_pred, CLASS_NAMES).figure
display(figure)
plt.close(figure)
