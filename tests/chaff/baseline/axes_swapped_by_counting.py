# misconception: confusion-axes-swapped
# wrong: an own function counts into [prediction, truth] and writes the numbers by hand
# check: confusion_matrix_is_drawn

def plot_confusion_matrix(y_true, y_pred, class_names):
    n = len(class_names)
    counts = np.zeros((n, n), dtype=int)
    for t, p in zip(y_true, y_pred):
        counts[p, t] += 1
    fig, ax = plt.subplots()
    ax.imshow(counts, cmap="Blues")
    for i in range(n):
        for j in range(n):
            ax.text(j, i, str(counts[i, j]), ha="center", va="center")
    ax.set_xticks(range(n), class_names, rotation=90)
    ax.set_yticks(range(n), class_names)
    ax.set(xlabel="predicted", ylabel="true")
    return ax


text_feats = get_text_embeddings(CLASS_NAMES)
y_true, y_pred = run_zero_shot(test_loader, text_feats)
baseline_accuracy = float((y_true == y_pred).mean())
plot_confusion_matrix(y_true, y_pred, CLASS_NAMES)
plt.show()
