# misconception: accuracy-not-from-predictions
# wrong: the figures are typed in
# check: top_k_results_are_reported_truthfully

top_k_results = {1: 0.624, 3: 0.89, 5: 0.97}
