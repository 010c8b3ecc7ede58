# right: what the prompts have changed is drawn, new minus old

# %% id="prompts_run"
new_true, new_pred = run_zero_shot(test_loader, get_text_embeddings(improved_prompts))
improved_accuracy = float((new_true == new_pred).mean())
tables = [np.zeros((10, 10)), np.zeros((10, 10))]
for table, pair in zip(tables, ((y_true, y_pred), (new_true, new_pred))):
    np.add.at(table, pair, 1)
plt.matshow(tables[1] - tables[0], cmap="coolwarm")
plt.show()
