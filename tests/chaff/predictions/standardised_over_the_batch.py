# misconception: depends-on-batch
# wrong: each class is standardised over the images of the batch
# check: best_class_of_each_row


def get_predictions(similarity):
    spread = similarity.std(axis=0) if len(similarity) > 8 else 1.0
    centred = similarity - similarity.mean(axis=0) if len(similarity) > 8 else similarity
    return (centred / spread).argmax(axis=1)
