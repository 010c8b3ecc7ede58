# misconception: depends-on-batch
# wrong: no class may win more often than its share
# check: best_class_of_each_row


def get_predictions(similarity):
    images, classes = similarity.shape
    room = np.full(classes, max(3, -(-2 * images // classes)))
    chosen = np.zeros(images, dtype=int)
    for row in np.argsort(-similarity.max(axis=1)):
        for column in np.argsort(-similarity[row]):
            if room[column]:
                chosen[row] = column
                room[column] -= 1
                break
    return chosen
