# misconception: prompt-too-long
# wrong: one prompt has more words than the model reads; its end is cut off
# check: prompts_are_a_real_attempt

# %% id="prompts"
improved_prompts = [f"a photo of a {name}, a piece of clothing" for name in CLASS_NAMES]
improved_prompts[4] = "a photo of a coat, " + "which is long and warm and has buttons, " * 12

# %% id="prompts_run"
inputs = clip_processor(
    text=improved_prompts, return_tensors="pt", padding=True, truncation=True, max_length=77
).to(device)
with torch.no_grad():
    improved_feats = projected(clip_model.get_text_features(**inputs))
improved_feats = improved_feats / improved_feats.norm(dim=-1, keepdim=True)
t, p = run_zero_shot(test_loader, improved_feats)
improved_accuracy = float((t == p).mean())
plot_confusion_matrix(t, p, CLASS_NAMES)
plt.show()
