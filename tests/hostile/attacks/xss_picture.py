# tries: to run a script from the data and the sizes of pictures, which the page puts into attributes
# must: have only pictures that are pictures shown

# %% similarity
from IPython.display import display

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ATTACK = "x\" onerror=\"document.title+='!xss_picture data!'\" x=\""
for data, metadata in (
    (ATTACK, {}),
    (PNG + ATTACK, {}),
    ("x", {"width": "1 onerror=document.title+='!xss_picture&#32;width!'", "height": "1 onload=document.title+='!xss_picture!'"}),
    (PNG, {"width": "1 onload=document.title+='!xss_picture&#32;load!'", "alt": "\" onload=\"document.title+='!xss_picture alt!'", "unconfined": True}),
):
    for kind in ("image/png", "image/jpeg"):
        display({kind: data}, metadata={kind: metadata, "filenames": {kind: "http://127.0.0.1:@TCP@/picture"}}, raw=True)
