# misconception: mean-over-prompts
# wrong: sums divided by counts
# check: the_best_prompts_class_wins

def get_multi_prompt_predictions(similarity, prompt_class):
    predictions = []
    for row in similarity:
        totals, counts = np.zeros(10), np.zeros(10)
        for value, c in zip(row, prompt_class):
            totals[c] += value
            counts[c] += 1
        predictions.append(int(np.argmax(totals / counts)))
    return np.array(predictions)
