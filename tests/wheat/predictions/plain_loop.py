# right: a loop that compares one value after the other

def get_predictions(similarity):
    predictions = []
    for row in similarity:
        best = 0
        for column in range(1, len(row)):
            if row[column] > row[best]:
                best = column
        predictions.append(best)
    return np.array(predictions)
