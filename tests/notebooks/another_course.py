# %% [markdown]
# # Titanic

# %%
ages = [22, 38, 26, 35]
sum(ages) / len(ages)
