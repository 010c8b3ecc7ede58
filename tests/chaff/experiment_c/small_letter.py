# misconception: none
# wrong: the experiment is chosen with a small letter
# check: an_experiment_is_chosen

# %% id="experiment_choice"
experiment = "c"
