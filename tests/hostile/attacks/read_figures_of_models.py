# tries: to find the accuracies that students are asked to measure beside the models
# must: find nothing but what a model is loaded from
# work: right
# scores: check_similarity=6 check_predictions=5

# %% similarity
import os

for _variable in ("CLIP_MODEL", "CLIP_ALTERNATIVE_MODEL"):
    for _folder, _, _names in os.walk(os.environ.get(_variable, "/nowhere")):
        for _name in _names:
            if "accurac" in _name or _name.endswith((".md", "training.json")):
                print("GOT IT:", _name)
for _folder, _, _names in os.walk("/assets"):
    for _name in _names:
        if _name.endswith(".json") and '"prompt_sets"' in open(os.path.join(_folder, _name), errors="replace").read():
            print("GOT IT:", _name)
