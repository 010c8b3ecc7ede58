# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Assignment 2: classifying clothes without training
#
# In Assignment 1 you trained a small convolutional network (CNN) on tens of thousands of labelled
# pictures of clothes. In this assignment you classify the same kind of pictures **without
# training at all**. You take CLIP, a transformer that has learned from pictures and their
# captions, tell it in plain words what the ten classes are, and measure how far that gets you.
#
# **What you will be able to do afterwards**
#
# 1. Explain how CLIP puts pictures and texts into one space, and why cosine similarity compares
#    them.
# 2. Turn a pre-trained model into a zero-shot classifier in a few lines of PyTorch.
# 3. Measure it honestly: the whole test split, the right images, one number you can defend.
# 4. Read a confusion matrix and use it to write better prompts.
# 5. Draw a map of the embeddings with UMAP and say what it shows and what it does not.
# 6. Compare a zero-shot transformer with a trained CNN, in figures and in words.
#
# **How to work**
#
# 1. Go from top to bottom: each section uses what the ones before it have made.
# 2. Write code only where a cell says `raise NotImplementedError(...)`: replace that line by your
#    own. Write text only where it says `YOUR ANSWER HERE`.
# 3. Run the test cell below each task. Its messages say what was expected, what came out, and
#    what is probably wrong. They are meant to be read. A `NameError` mostly means that a cell
#    further up has not been run, or that its task is not done yet.
# 4. Before you hand in: **Kernel → Restart Kernel and Run All Cells**. A notebook that works only
#    in the order in which you happened to click does not work.
# 5. Then press **Validate** (or run `nbgrader validate assignment_2.ipynb`, in this folder). It
#    runs your notebook from the top in a kernel of its own, on 200 of the test images, and lists
#    the test cells that fail. That takes a few minutes, and changes nothing in your notebook.
#
# **What is graded, and how**
#
# 1. <points: automatic> points are given automatically. The test cells that you see are only a part of the tests;
#    hidden checks call your functions with *other* inputs and look at what the functions
#    **return**. They see neither your style nor the way you took, so any correct solution counts,
#    and an answer typed in by hand for one example does not. Each check has its own points: a
#    task that is right in part earns a part. The machine that grades has no network and may use
#    another checkpoint than you did, so let the notebook *compute* every figure; a number typed
#    into code will not fit.
# 2. <points: by hand> points are given by people, for the eight texts you write. The question says what each is
#    worth and how its points are given. The lengths are a guide: nobody counts words.
# 3. What you may not change: the names of functions and variables that a task gives, the order
#    and meaning of their arguments, the shapes that they return, and the locked cells. You may
#    add cells of your own anywhere, as long as they leave those names alone.
#
# | section | automatic points | by hand |
# |---|---|---|
# | 0 Setup | <points: check_setup> | |
# | 1 Loading the images | <points: check_loading> | |
# | 2 Zero-shot: embeddings <points: check_embeddings>, similarity <points: check_similarity>, predictions <points: check_predictions>, loop <points: check_loop>, baseline <points: check_baseline> | <points: check_embeddings, check_similarity, check_predictions, check_loop, check_baseline> | <points: reflection_baseline> |
# | 3 Better prompts | <points: check_prompts> (and up to 2 as a bonus) | <points: reflection_prompts> |
# | 4 A map of the embeddings | <points: check_umap> | <points: reflection_umap> |
# | 5 Mini-experiment | <points: check_experiment> | <points: experiment_report> |
# | 6 Report | | <points: report_introduction, report_methodology, report_results, report_discussion> |
# | **sum** | **<points: automatic>** | **<points: by hand>** |
#
# **How long it runs.** One pass over the 10,000 test images with the usual checkpoint is a matter
# of seconds to a minute or so on a GPU, but took 6 to 16 minutes on two processor cores. Sections
# 2, 3 and 4 make one pass each. If you have no GPU, Google Colab's free one is enough. While you
# try things out, the *quick mode* at the end of Section 1 works on 200 images.

# %% [markdown]
# ## 0 Setup
#
# Run the cells below.
#
# 1. The first looks for the packages that the notebook needs. On Google Colab and Kaggle (with
#    *Settings → Internet* on) it installs what is missing; in VS Code, on a laptop or a hub it
#    prints the line that does.
# 2. The second is for the test cells: it notes why a cell has stopped.
# 3. The third loads the model. The very first time it downloads it (about 600 MB for the usual
#    checkpoint, `openai/clip-vit-base-patch32`).
# 4. The fourth is a test cell.
#
# In code of your own you may use whatever else is installed. The machine that grades has NumPy,
# pandas, SciPy, scikit-learn, Matplotlib, seaborn, tqdm, PyTorch, torchvision, transformers and
# umap-learn, and no network: a cell that needs another package, or a download, cannot do there
# what it does with you.
#
# Four names from here are used everywhere. Please do **not** assign to them again, not even in an
# experiment: `clip_model`, `clip_processor`, `clip_model_name` and `device`.
#
# 1. `clip_model` is the neural network. `.eval()` has put it into evaluation mode, because we
#    want the same answer each time we ask.
# 2. `clip_processor` turns raw images and texts into the numbers the network expects: it resizes,
#    rescales and normalises images, and cuts texts into tokens.
# 3. `device` says where the network lives: an NVIDIA GPU (`"cuda"`), an Apple GPU (`"mps"`) or
#    the processor (`"cpu"`), in this order. Never write `"cuda"` in your own code: it would not
#    run on the machine of your neighbour.

# %% role="given" id="colab"
# NBVAL_IGNORE_OUTPUT
import importlib.util
import os
import subprocess
import sys

packages = {
    "torch": "torch>=2.6",
    "torchvision": "torchvision>=0.21",
    "transformers": "transformers>=4.50,<6",
    "safetensors": "safetensors>=0.4",
    "sklearn": "scikit-learn>=1.5",
    "umap": "umap-learn>=0.5.7",
    "matplotlib": "matplotlib>=3.9",
}
missing = [package for name, package in packages.items() if not importlib.util.find_spec(name)]
if missing and ("google.colab" in sys.modules or "KAGGLE_KERNEL_RUN_TYPE" in os.environ):
    print("Installing", *missing)
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *missing], check=True)
elif missing:
    print("Packages are missing. Run the next line in a cell of its own, then restart the kernel:")
    print("%pip install", *(f'"{package}"' for package in missing))

# %% role="given" id="helpers"
# For the test cells: why a cell stopped, and what is not there because of that.
import re
import time

from IPython import get_ipython


class PlainError(Exception):
    """An error that Jupyter shows by its message alone, without the lines of code it came from."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


_stopped = {}  # the text of each cell that stopped before its end: with which error, after how long
_started = [time.monotonic()]


def _note_start(info) -> None:
    _started[0] = time.monotonic()


def _note_end(result) -> None:
    _stopped.pop(result.info.raw_cell, None)
    error = result.error_before_exec or result.error_in_exec
    if error is not None:
        _stopped[result.info.raw_cell] = (error, time.monotonic() - _started[0])


def expect_made(task: str, *names: str) -> None:
    """Raise an error that says why a variable is not there, if one of these is not.

    Args:
        task: the task that makes them, such as "Task 2.6".
        names: the variables.
    """
    for name in names:
        if name in globals():
            continue
        told = f"{task}: `{name}` is not there."
        makes = re.compile(rf"^[^=\n(]*\b{name}\b[^=\n(]*=(?!=)", re.MULTILINE)
        for text, (error, seconds) in _stopped.items():
            if not makes.search(text):
                continue
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            first = next((n for n in lines if not n.startswith(("#", "import ", "from "))), name)
            if isinstance(error, KeyboardInterrupt):
                why = f"ran too long: it was stopped after {seconds:.0f} seconds, before its end"
            else:
                why = f"stopped with {type(error).__name__}: {error}"
            raise PlainError(f"{told}\nThe cell that begins with\n    {first}\n{why}.")
        raise PlainError(f"{told}\nIts task is not done yet, or its cell has not been run.")


if (_shell := get_ipython()) is not None:
    _shell.events.register("pre_run_cell", _note_start)
    _shell.events.register("post_run_cell", _note_end)

# %% role="given" id="setup"
# NBVAL_IGNORE_OUTPUT
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
import transformers
from safetensors.torch import load_file
from sklearn.metrics import ConfusionMatrixDisplay
from torch import nn
from torch.utils.data import DataLoader, RandomSampler, Subset
from torchvision.datasets import FashionMNIST
from transformers import CLIPModel, CLIPProcessor

transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()

np.random.seed(0)
torch.manual_seed(0)

if torch.cuda.is_available():
    device = "cuda"
elif torch.backends.mps.is_available():
    device = "mps"
else:
    device = "cpu"

clip_model_name = os.environ.get("CLIP_MODEL", "openai/clip-vit-base-patch32")
try:
    clip_model = CLIPModel.from_pretrained(clip_model_name).to(device).eval()
    clip_processor = CLIPProcessor.from_pretrained(clip_model_name)
except OSError:
    raise PlainError(
        f"The model {clip_model_name} is not on this computer and could not be downloaded.\n"
        "1. Once with a network, run this cell again (600 MB; on Kaggle: Settings, Internet on).\n"
        "2. Or name a folder with a CLIP model in CLIP_MODEL, restart the kernel, begin at the top."
    ) from None

# The folder that torchvision reads the data set from, and downloads it to if it is not there. It
# does not lie beside the notebook: what lies there is handed in with it.
data_root = os.environ.get("FASHION_MNIST_ROOT") or Path("~/fashion-mnist-data").expanduser()
if Path("data", "FashionMNIST").exists():
    print("data/FashionMNIST beside this notebook is no longer used: remove it, do not hand it in.")


def projected(output) -> torch.Tensor:
    """Return the embedding that `get_text_features` or `get_image_features` has made.

    transformers 4 returns the tensor itself; transformers 5 returns an output object, whose
    `pooler_output` is that tensor. With this line the notebook runs on both.
    """
    return getattr(output, "pooler_output", output)


print(f"{clip_model_name} on {device}")
for module in (torch, transformers):
    print(module.__name__, module.__version__)

# %% role="check" id="check_setup"
expect_made("Section 0", "clip_model", "clip_processor")
assert device in ("cuda", "mps", "cpu"), f'device is {device!r}, but must be "cuda", "mps" or "cpu"'
assert isinstance(clip_model_name, str), (
    f"clip_model_name is a {type(clip_model_name).__name__}; expected a string"
)
assert isinstance(clip_model, CLIPModel), (
    f"clip_model is a {type(clip_model).__name__}, not a CLIPModel: run the cell above again"
)
assert isinstance(clip_processor, CLIPProcessor), (
    f"clip_processor is a {type(clip_processor).__name__}, not a CLIPProcessor: "
    "run the cell above again"
)
assert not clip_model.training, "clip_model is in training mode: clip_model.eval() is missing"
assert clip_model.device.type == device, (
    f"clip_model lives on {clip_model.device.type}, but device is {device!r}"
)
print("Setup: the visible tests pass.")

# %% [markdown]
# ## 1 Loading the images
#
# **Fashion-MNIST** is a set of 70,000 small photographs from an online shop: grey, 28 x 28
# pixels, one piece of clothing each, ten classes. It is divided once and for all into a *training
# split* of 60,000 images and a *test split* of 10,000, a thousand of each class. Networks learn
# on the first and are compared on the second. We train nothing, so we need the **test split
# only**; and because all published figures are of the whole test split, ours have to be too. An
# accuracy on the first 1,000 images is the accuracy of another, smaller test.
#
# Three things are given in the next cell:
#
# 1. `CLASS_NAMES`: the ten names, so that label 0 means `CLASS_NAMES[0]` and so on. The order is
#    part of the data set. **Do not overwrite this list**, in Section 3 least of all: later cells
#    would silently use the new one.
# 2. `collate_clip(batch)`: takes a list of (image, label) pairs, gives the images to the
#    processor, and returns `pixel_values`, float32 of shape (B, 3, H, W), and `labels`, int64 of
#    shape (B,).
# 3. `show_batch(loader)`: draws the first batch of a loader.

# %% role="given" id="loading_given"
CLASS_NAMES = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]


def collate_clip(batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Turn a list of (PIL image, label) pairs into what CLIP takes.

    Args:
        batch: B pairs of a grey 28 x 28 PIL image and its class index.

    Returns:
        Pixel values, float32 (B, 3, H, W), and labels, int64 (B,).
    """
    images, labels = zip(*batch, strict=True)
    pixel_values = clip_processor(images=list(images), return_tensors="pt")["pixel_values"]
    return pixel_values, torch.tensor(labels)


def show_batch(loader) -> None:
    """Draw the first batch of a loader, as the model sees it, with the class names above."""
    pixel_values, labels = next(iter(loader))
    columns = 8
    rows = -(-len(labels) // columns)
    _, axes = plt.subplots(rows, columns, figsize=(1.5 * columns, 1.8 * rows), squeeze=False)
    for axis in axes.flat:
        axis.axis("off")
    for axis, image, label in zip(axes.flat, pixel_values, labels.tolist(), strict=False):
        axis.imshow(image[0], cmap="gray")
        axis.set_title(CLASS_NAMES[label], fontsize=9)
    plt.tight_layout()
    plt.show()


# %% [markdown]
# ### Task 1.1: The test split and its loader
#
# 1. Make `test_dataset`: the test split, with `torchvision.datasets.FashionMNIST`, read from
#    `data_root` and downloaded if it is not there yet. Give **no transform**: the images shall
#    stay PIL images.
# 2. Make `test_loader`: a `DataLoader` over it with batches of 16, shuffled, that puts its
#    batches together with `collate_clip`.
#
# Two mistakes are so common here that they are worth a warning:
#
# 1. *The wrong split.* Read in the documentation of `FashionMNIST` which split it gives if you
#    say nothing.
# 2. *Rescaling twice.* `ToTensor()` divides grey levels by 255. The processor does that too. If
#    both do, every picture is nearly black, CLIP gives the same answer for all of them, and the
#    accuracy is 0.10 exactly: one class in ten.

# %% role="solution" id="loading" task="1.1" stub="make test_dataset and test_loader"
# <solution: solutions.data.load_test_split>

# %%
# NBVAL_IGNORE_OUTPUT
show_batch(test_loader)

# %% [markdown]
# These pictures are what CLIP gets: each of them was a 28 x 28 stamp, and the processor has
# enlarged it to the size at which the model was trained. Try to name them yourself before you
# read the titles. Which classes do *you* confuse?

# %% role="check" id="check_loading"
expect_made("Task 1.1", "test_dataset", "test_loader")
assert isinstance(test_dataset, FashionMNIST), (
    f"test_dataset is a {type(test_dataset).__name__}; expected torchvision.datasets.FashionMNIST"
)
assert len(test_dataset) == 10_000, (
    f"test_dataset has {len(test_dataset):,} images; expected 10,000. "
    "60,000 would be the training split: ask for the test split with the argument `train`."
)
assert test_dataset.transform is None, (
    "test_dataset has a transform. The processor does all that is needed, and with ToTensor "
    "the grey levels are divided by 255 twice: leave the transform out."
)
assert isinstance(test_loader, DataLoader), (
    f"test_loader is a {type(test_loader).__name__}; expected torch.utils.data.DataLoader"
)
assert test_loader.dataset is test_dataset, "test_loader does not read from test_dataset"
assert test_loader.batch_size == 16, f"the batch size is {test_loader.batch_size}; expected 16"
assert isinstance(test_loader.sampler, RandomSampler), (
    "test_loader is not shuffled: DataLoader has an argument for that"
)
assert not test_loader.drop_last, (
    "test_loader drops the last batch if it is smaller: whoever measures needs every image once"
)
assert test_loader.collate_fn is collate_clip, (
    "test_loader does not use collate_clip: give it as collate_fn, the function itself, "
    "without brackets"
)
assert len(test_loader) == 625, (
    f"test_loader has {len(test_loader)} batches; expected 625, which is 10,000 / 16"
)
_pixels, _labels = next(iter(test_loader))
assert [*_pixels.shape[:2], _pixels.ndim] == [16, 3, 4], (
    f"a batch of pixel values has the shape {tuple(_pixels.shape)}; expected (16, 3, height, width)"
)
assert _labels.shape == (16,), f"a batch of labels has the shape {tuple(_labels.shape)}, not (16,)"
assert float(_pixels.max() - _pixels.min()) > 0.5, (
    "all pixel values of a batch are nearly equal, as if the images had been rescaled twice: "
    "give the data set no transform"
)
print("Task 1.1: the visible tests pass.")

# %% [markdown]
# ### Quick mode
#
# Does a change of yours do what you mean? That can be seen on 200 images, in seconds. Set `QUICK`
# to `True` below and run all cells: `test_dataset` then holds the first 200 test images only, and
# so does all that reads it. Their accuracies are off by some 0.03 either way, so they are no
# result: the test cells refuse them, and the hidden checks give no points for them. **Before you
# hand in, set it back to `False`, restart the kernel and run all cells.**
#
# (**Validate** runs in quick mode by itself, because it stops a cell after 30 seconds on most
# machines. So take the number of images from what you have, `len(...)`: do not write 10,000.)

# %%
QUICK = False

# %% role="given" id="quick_mode"
# Validate says so in NBGRADER_EXECUTION. A notebook that is open has JPY_SESSION_NAME, and is never
# made quick by what a Validate that broke off has left behind.
_validates = os.environ.get("NBGRADER_EXECUTION") == "validate"
_validates = _validates and "JPY_SESSION_NAME" not in os.environ
images_to_measure = 200 if _validates or globals().get("QUICK", False) else 10_000
if images_to_measure < 10_000 and isinstance(test_dataset, FashionMNIST):
    test_dataset.data = test_dataset.data[:images_to_measure]
    test_dataset.targets = test_dataset.targets[:images_to_measure]
    print(f"Quick mode: from here on there are {images_to_measure} test images. No final figures.")
if _validates:
    # Its import alone can take half of the 30 seconds that the cell of Task 4.2 has.
    importlib.import_module("umap")


def expect_final(figure: str) -> None:
    """Raise an error if a figure was measured in quick mode, other than by Validate."""
    if images_to_measure < 10_000 and not _validates:
        raise PlainError(
            f"{figure} was measured in quick mode, on {images_to_measure} images: no final figure.\n"
            "Set QUICK = False at the end of Section 1, restart the kernel and run all cells."
        )


# %% [markdown]
# ## 2 Zero-shot classification
#
# ### How CLIP works
#
# CLIP has two networks, often called *towers*. One reads a text, the other looks at an image.
# Each ends in a vector of the same length D (512 for the usual checkpoint), an **embedding**:
#
# ```text
#    "Sneaker"   ──►  text tower (a transformer over tokens)    ──►  t   (D numbers)
#                                                                      \
#                                                                       compare:  cos(v, t)
#                                                                      /
#     [image]    ──►  image tower (a transformer over patches)  ──►  v   (D numbers)
# ```
#
# The two were trained together on 400 million images with captions from the web. In each step
# they got a batch of pairs, say N of them, and compared all N images with all N captions:
#
# ```text
#                   caption 1   caption 2   caption 3
#        image 1        ▲           ▼           ▼          ▲  belong together: pull up
#        image 2        ▼           ▲           ▼          ▼  do not: push down
#        image 3        ▼           ▼           ▲
# ```
#
# Training pulls the similarities on the diagonal up and pushes all others down. This is called
# **contrastive learning**. Nobody gave labels: the captions were enough. What comes of it is one
# shared space, in which a picture lies near the sentences that describe it.
#
# **Zero-shot classification** uses that space with a trick. Write one text for each class. Embed
# the ten texts and the image. The class whose text is most similar to the image wins. To change
# the classes you change the words; no weight is touched.
#
# ### Why the embeddings are normalised
#
# How similar are two vectors? The dot product grows with their lengths, and the length of an
# embedding says next to nothing about what is in the picture; the *direction* does. The cosine of
# the angle between them,
#
# $$\cos(a, b) = \frac{a \cdot b}{\lVert a\rVert\,\lVert b\rVert},$$
#
# looks at the direction alone. It is 1 for the same direction and 0 for a right angle. If all
# vectors have been divided by their own length before (*L2-normalised*), the denominator is 1,
# and the cosine *is* the dot product: a whole table of cosines is one matrix product. The cell
# below draws it.

# %%
# NBVAL_IGNORE_OUTPUT
texts = {"Sneaker": (0.7, 0.4), "Bag": (0.9, 2.4)}
image = (2.0, 0.6)
_, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
for name, (x, y) in [*texts.items(), ("image of a sneaker", image)]:
    colour = "tab:red" if name.startswith("image") else "tab:blue"
    for axis, size, limit in ((left, 1.0, 4.0), (right, float(np.hypot(x, y)), 2.0)):
        axis.annotate("", (x / size, y / size), (0, 0), arrowprops={"color": colour, "width": 1})
        axis.text(x / size + limit / 60, y / size + limit / 40, name, color=colour)
        axis.set(xlim=(0, limit), ylim=(0, limit), aspect="equal")
right.add_patch(plt.Circle((0, 0), 1, fill=False, linestyle=":"))
dots = {name: float(np.dot(text, image)) for name, text in texts.items()}
cosines = {n: d / float(np.hypot(*texts[n]) * np.hypot(*image)) for n, d in dots.items()}
left.set_title("as they come: dot products\n" + ", ".join(f"{n} {d:.2f}" for n, d in dots.items()))
right.set_title("unit length: cosines\n" + ", ".join(f"{n} {c:.2f}" for n, c in cosines.items()))
plt.tight_layout()
plt.show()

# %% [markdown]
# On the left, the longer arrow "Bag" has the larger dot product with the image, although the
# arrow "Sneaker" points nearly the same way as the image. On the right all arrows have length 1,
# and the direction decides.
#
# ### Task 2.1: Text embeddings
#
# `get_text_embeddings` is almost complete: the processor has cut the texts into tokens, and the
# text tower has turned them into `text_feats`, one row a text.
#
# 1. Divide **each row** of `text_feats` by its own L2 norm, so that each row has length 1. The
#    result shall again be called `text_feats`.
#
# `torch.Tensor.norm` does not do that by itself. Without further arguments it gives *one* number
# for the whole matrix. Look up `dim` and `keepdim`, and print the shapes until you are sure of
# them.


# %% role="solution" id="text_embeddings" task="2.1" stub="L2-normalise the rows of text_feats"
def get_text_embeddings(class_names: list[str]) -> torch.Tensor:
    """Embed M texts with CLIP.

    Args:
        class_names: M texts; class names or whole sentences.

    Returns:
        float32 (M, D) on `device`: one row a text, in the order given, each of length 1, without
        gradients.

    Example:
        `get_text_embeddings(["Bag", "Dress"])` has two rows; D is 512 for CLIP B/32.
    """
    inputs = clip_processor(text=list(class_names), return_tensors="pt", padding=True).to(device)
    with torch.no_grad():
        text_feats = projected(clip_model.get_text_features(**inputs))
    # <solution: solutions.embeddings.get_text_embeddings>
    return text_feats


# %% [markdown]
# ### Task 2.2: Image embeddings
#
# The same for images, with the image tower.
#
# 1. Divide each row of `image_feats` by its own L2 norm, and call the result `image_feats`.


# %% role="solution" id="image_embeddings" task="2.2" stub="L2-normalise the rows of image_feats"
def get_image_embeddings(images: torch.Tensor) -> torch.Tensor:
    """Embed N preprocessed images with CLIP.

    Args:
        images: pixel values as `collate_clip` makes them, float32 (N, 3, H, W).

    Returns:
        float32 (N, D) on `device`: one row an image, in the order given, each of length 1, without
        gradients.

    Example:
        `get_image_embeddings(pixel_values)` has 16 rows for a batch of 16.
    """
    with torch.no_grad():
        image_feats = projected(clip_model.get_image_features(pixel_values=images.to(device)))
    # <solution: solutions.embeddings.get_image_embeddings>
    return image_feats


# %% role="check" id="check_embeddings"
def _check_unit_rows(name: str, embeddings: torch.Tensor, rows: int) -> None:
    """Test the shape, the kind and the lengths of the rows of a tensor of embeddings."""
    assert isinstance(embeddings, torch.Tensor), (
        f"{name} returned a {type(embeddings).__name__}; expected a torch.Tensor"
    )
    width = clip_model.config.projection_dim
    assert embeddings.shape == (rows, width), (
        f"{name} returned the shape {tuple(embeddings.shape)} for {rows} inputs; "
        f"expected ({rows}, {width}): one row an input, as wide as the shared space"
    )
    assert not embeddings.requires_grad, (
        f"{name} returned gradients: nothing is trained here, so stay inside torch.no_grad()"
    )
    lengths = embeddings.norm(dim=-1).cpu()
    shown = ", ".join(f"{length:.3f}" for length in lengths.tolist())
    if rows > 1 and abs(float((lengths**2).sum()) - 1) < 1e-3:
        raise AssertionError(
            f"{name}: the rows have the lengths {shown}; expected 1 each. Together they make 1: "
            "norm() was taken over the whole matrix, not over each row. See `dim` and `keepdim`."
        )
    column_lengths = embeddings.norm(dim=0).cpu()
    assert rows == 1 or not torch.allclose(column_lengths, torch.ones(width), atol=1e-3), (
        f"{name}: the columns have length 1, but the rows have {shown}: the wrong `dim`"
    )
    assert torch.allclose(lengths, torch.ones(rows), atol=1e-3), (
        f"{name}: the rows have the lengths {shown}; expected 1 each. "
        "Is each row divided by its own norm?"
    )


_two_texts = get_text_embeddings(["Bag", "Ankle boot"])
_check_unit_rows("get_text_embeddings", _two_texts, 2)
_one_text = get_text_embeddings(["Ankle boot"])
_check_unit_rows("get_text_embeddings", _one_text, 1)
assert torch.allclose(_two_texts[1], _one_text[0], atol=1e-3), (
    '"Ankle boot" is embedded differently alone and as the second of two texts: a row shall depend '
    "on its own text only, and the order of the texts shall be kept"
)
_size = clip_model.config.vision_config.image_size
_noise = torch.rand(3, 3, _size, _size, generator=torch.Generator().manual_seed(0))
_three_images = get_image_embeddings(_noise)
_check_unit_rows("get_image_embeddings", _three_images, 3)
_one_image = get_image_embeddings(_noise[2:])
_check_unit_rows("get_image_embeddings", _one_image, 1)
assert torch.allclose(_three_images[2], _one_image[0], atol=1e-3), (
    "an image is embedded differently alone and as the third of three: a row shall depend on its "
    "own image only, and the order of the images shall be kept"
)
assert not clip_model.training, (
    "clip_model is in training mode now: Section 0 has put it into evaluation mode, leave it there"
)
print("Tasks 2.1 and 2.2: the visible tests pass.")

# %% [markdown]
# ### Task 2.3: Cosine similarity
#
# 1. Write `get_cosine_similarity(image_feats, text_feats)`: compare **every** image with
#    **every** text, all at once. For N images and M texts the result has N rows and M columns.
# 2. Return a NumPy array. Two things may stand in the way: a tensor on a GPU has to be moved to
#    the processor first, and the two inputs may lie on different devices.
# 3. Rows of another length than 1 shall be welcome: divide by the norms here too. It costs
#    nothing, and the function keeps its promise for any input. (1 of the <points: check_similarity> points is for this;
#    the others need rows of length 1 only.)
#
# Before you write, say the shapes aloud: (N, D) and (M, D) in, (N, M) out. Which of the two has
# to be transposed? Test it with *different* N and M: with ten images and ten texts a transposed
# result looks perfectly all right.


# %% role="solution" id="similarity" task="2.3" stub="return the (N, M) table of cosines"
def get_cosine_similarity(image_feats: torch.Tensor, text_feats: torch.Tensor) -> np.ndarray:
    """Compare every image with every text: cos(a, b) = a·b / (|a| |b|).

    Args:
        image_feats: N embeddings, float32 (N, D), rows of any length but zero, on any device.
        text_feats: M embeddings, float32 (M, D), rows of any length but zero, on any device.

    Returns:
        ndarray (N, M): row i holds the cosines of image i with each text, from -1 to 1.

    Example:
        Images (3, 0) and (0, 2) with the text (5, 0) give [[1.0], [0.0]].
    """
    # <solution: solutions.similarity.get_cosine_similarity>


# %% role="check" id="check_similarity"
_images = torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 4.0]])
_texts = torch.tensor([[1.0, 0.0], [0.0, 5.0]])
_expected = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
try:
    _got = get_cosine_similarity(_images.to(device), _texts.to(device))
except NotImplementedError:
    raise
except (RuntimeError, ValueError) as _error:
    raise AssertionError(
        f"get_cosine_similarity stopped at 3 images and 2 texts: {_error}. Every image meets every "
        "text: that is a matrix product with one factor turned, not a product entry by entry"
    ) from _error
assert isinstance(_got, np.ndarray), (
    f"get_cosine_similarity returned a {type(_got).__name__}; expected a NumPy array"
)
assert _got.ndim == 2, (
    f"3 images and 2 texts gave the shape {_got.shape}; expected (3, 2): each image with each text"
)
assert _got.shape != (2, 3), (
    "3 images and 2 texts gave the shape (2, 3); expected (3, 2). It is transposed: "
    "images are rows, texts are columns."
)
assert _got.shape == (3, 2), f"3 images and 2 texts gave the shape {_got.shape}; expected (3, 2)"
assert _got.max() < 1.001, (
    f"the largest similarity is {_got.max():.2f}, but a cosine is never above 1: "
    "divide each row by its norm, on both sides"
)
assert not np.allclose(_got.sum(axis=1), 1, atol=1e-3), (
    "the rows sum to 1, as if softmax had been applied; expected the cosines themselves"
)
assert abs(_got[0, 0] - 1) < 1e-3, (
    f"image (1, 0) and text (1, 0) have the same direction, but got {_got[0, 0]:.3f}; expected 1. "
    "A distance would be 0 here. A norm of the whole matrix, not of each row, makes it too small."
)
assert np.allclose(_got, _expected, atol=1e-4), (
    f"got\n{_got.round(3)}\nexpected\n{_expected}\nEntry (i, j) is the cosine of image i and "
    "text j. The same direction gives 1, a right angle 0."
)
print("Task 2.3: the visible tests pass.")

# %% [markdown]
# Time to look. Below, one image of each class meets the ten class names. Do not expect ones on
# the diagonal: the cosines of images with texts are typically between 0.2 and 0.3 for OpenAI's
# checkpoints, even where the two fit. What counts is which of a row is the *largest*. Is it
# always on the diagonal?

# %%
# NBVAL_IGNORE_OUTPUT
first_of_class = [int((test_dataset.targets == c).nonzero()[0]) for c in range(len(CLASS_NAMES))]
sample_pixels, sample_labels = collate_clip([test_dataset[i] for i in first_of_class])
sample_similarity = get_cosine_similarity(
    get_image_embeddings(sample_pixels), get_text_embeddings(CLASS_NAMES)
)
figure, axis = plt.subplots(figsize=(8, 6.5))
heatmap = axis.imshow(sample_similarity, cmap="viridis")
axis.set_xticks(range(10), CLASS_NAMES, rotation=45, ha="right")
axis.set_yticks(range(10), [f"image of: {CLASS_NAMES[label]}" for label in sample_labels.tolist()])
middle = (sample_similarity.min() + sample_similarity.max()) / 2
for row in range(10):
    best = sample_similarity[row].argmax()
    for column in range(10):
        axis.text(
            column,
            row,
            f"{sample_similarity[row, column]:.2f}",
            ha="center",
            va="center",
            color="white" if column == best or sample_similarity[row, column] < middle else "black",
            fontsize=8,
            fontweight="bold" if column == best else "normal",
            bbox={"facecolor": "tab:red", "pad": 1} if column == best else None,
        )
axis.set_title("Cosine similarities; the largest of each row is marked")
figure.colorbar(heatmap)
plt.tight_layout()
plt.show()

# %% [markdown]
# ### Task 2.4: Predictions
#
# 1. Write `get_predictions(similarity)`: for each image, the index of the text that is most
#    similar.
#
# Two traps. `argmax` needs to know *along which axis* to look; on a square table the wrong axis
# still gives the right shape. And a function shall use its **argument**: a variable of the same
# kind that lies about in the notebook from an earlier cell works once, and then never again.


# %% role="solution" id="predictions" task="2.4" stub="return the most similar class of each row"
def get_predictions(similarity: np.ndarray) -> np.ndarray:
    """Return the class with the largest similarity for each image.

    Args:
        similarity: (N, M), a row an image and a column a class.

    Returns:
        int (N,): class indices from 0 to M - 1.

    Example:
        [[0.1, 0.3, 0.2]] gives [1].
    """
    # <solution: solutions.similarity.get_predictions>


# %% role="check" id="check_predictions"
_two_by_three = np.array([[0.10, 0.30, 0.20], [0.25, 0.15, 0.05]])
_got = get_predictions(_two_by_three)
assert isinstance(_got, np.ndarray), (
    f"get_predictions returned a {type(_got).__name__}; expected a NumPy array"
)
assert _got.shape != (3,), (
    "2 images and 3 classes gave 3 predictions; expected 2, one an image: "
    "argmax looked down the columns, so use the other axis"
)
assert _got.shape == (2,), f"2 images and 3 classes gave the shape {_got.shape}; expected (2,)"
assert np.issubdtype(_got.dtype, np.integer), (
    f"the predictions have the type {_got.dtype}; expected whole numbers: "
    "the index of the largest value, not the value"
)
assert _got.tolist() != [0, 2], "got [0, 2]; expected [1, 0]: these are the least similar classes"
assert _got.tolist() != [2, 1], "got [2, 1]; expected [1, 0]: classes are counted from 0"
assert _got.tolist() == [1, 0], f"got {_got.tolist()}; expected [1, 0]"
_got = get_predictions(np.array([[0.5, 0.5, 0.1], [0.1, 0.2, 0.6]]))
assert _got.shape == (2,), (
    f"where two classes are equally similar the shape is {_got.shape}; expected (2,): "
    "exactly one index an image, whichever of the two it is"
)
_one_by_four = np.array([[-0.4, -0.3, -0.2, -0.1]])
_got = get_predictions(_one_by_four)
assert _got.shape == (1,), (
    f"a table of 1 image gave the shape {_got.shape}; expected (1,). "
    "Does the function use its argument, or a variable from another cell?"
)
assert _got.tolist() == [3], f"[[-0.4, -0.3, -0.2, -0.1]] gave {_got.tolist()}; expected [3]"
print("Task 2.4: the visible tests pass.")

# %% [markdown]
# ### Task 2.5: The loop over the test set
#
# 1. Write `run_zero_shot(loader, text_feats)`: go through the loader, predict each batch with
#    your three functions, and collect the true and the predicted labels of **all** images.
# 2. Return both as flat NumPy arrays of the same length, in step: entry i of one and entry i of
#    the other belong to the same image.
#
# Three things to think of:
#
# 1. *The texts do not change from batch to batch*, so they are embedded once, before the loop,
#    and come in as an argument. Use that argument, and nothing else.
# 2. *The last batch may be smaller.* `np.array(list_of_batches)` wants batches of equal size;
#    NumPy has a function that puts arrays of different lengths one after the other.
# 3. *The loader is shuffled*: each pass has another order. Take images and labels from the
#    **same** pass.


# %% role="solution" id="zero_shot_loop" task="2.5" stub="predict all batches, collect both labels"
def run_zero_shot(loader, text_feats: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Classify all images of a loader.

    Args:
        loader: gives batches of pixel values (B, 3, H, W) and labels (B,); the last may be smaller.
        text_feats: the embeddings of the M classes, float32 (M, D).

    Returns:
        y_true and y_pred: the true and the predicted class indices, int (N,) each, in the order in
        which the loader gave the N images.

    Example:
        A loader with batches of 16, 16 and 8 images gives two arrays of 40 numbers.
    """
    # <solution: solutions.evaluation.run_zero_shot>


# %% role="given" id="plotting"
def plot_confusion_matrix(y_true: np.ndarray, y_pred: np.ndarray, class_names: list[str]):
    """Draw counts: a true class a row, a predicted class a column."""
    figure, axes = plt.subplots(figsize=(7, 6))
    ConfusionMatrixDisplay.from_predictions(
        y_true,
        y_pred,
        labels=range(len(class_names)),
        display_labels=class_names,
        xticks_rotation=45,
        cmap="Blues",
        colorbar=False,
        ax=axes,
    )
    figure.tight_layout()
    return axes


# %% role="check" id="check_loop"
_size = clip_model.config.vision_config.image_size
_pixels = torch.randn(5, 3, _size, _size, generator=torch.Generator().manual_seed(1))
_labels = torch.tensor([4, 0, 3, 1, 2])
_batches = [(_pixels[:2], _labels[:2]), (_pixels[2:4], _labels[2:4]), (_pixels[4:], _labels[4:])]
# Two opposite directions: image by image, turning them round has to turn the answer round.
_direction = get_image_embeddings(_pixels)
_direction = _direction[:1] - _direction.mean(dim=0, keepdim=True)
_directions = torch.cat([_direction, -_direction])
try:
    _true, _pred = run_zero_shot(_batches, _directions)
except ValueError as _error:
    raise AssertionError(
        f"run_zero_shot stopped at batches of 2, 2 and 1 images: {_error}. "
        "np.array(list_of_batches) wants batches of equal size: put them one after the other instead"
    ) from _error
for _name, _array in (("y_true", _true), ("y_pred", _pred)):
    assert isinstance(_array, np.ndarray), (
        f"{_name} is a {type(_array).__name__}; expected a NumPy array"
    )
    assert _array.shape != (1,), (
        f"{_name} has 1 entry for batches of 2, 2 and 1 images; expected 5: "
        "only the last batch was kept, so collect all of them"
    )
    assert _array.shape == (5,), (
        f"{_name} has the shape {_array.shape} for batches of 2, 2 and 1 images; expected (5,): "
        "put the batches one after the other, the smaller last one too"
    )
assert _true.tolist() == [4, 0, 3, 1, 2], (
    f"y_true is {_true.tolist()}; expected [4, 0, 3, 1, 2], the labels in the loader's order"
)
assert set(_pred.tolist()) <= {0, 1}, (
    f"with two texts y_pred is {_pred.tolist()}; expected only 0 and 1: "
    "is the argument text_feats used, or another variable?"
)
_again = run_zero_shot(_batches, _directions)[1]
assert len(_again) == 5, (
    f"the second run gave {len(_again)} predictions; expected 5: start with new lists in each run"
)
_turned = run_zero_shot(_batches, _directions.flip(0))[1]
assert (_pred + _turned).tolist() == [1] * 5, (
    f"with the two texts exchanged y_pred went from {_pred.tolist()} to {_turned.tolist()}; "
    "expected every 0 to become a 1 and the other way round: is text_feats used?"
)
print("Task 2.5: the visible tests pass.")

# %% [markdown]
# ### Task 2.6: The baseline
#
# How good are the ten bare class names? This figure is the *baseline* to which Section 3 is
# compared.
#
# 1. Embed `CLASS_NAMES`, once.
# 2. Run `run_zero_shot` over the whole `test_loader`, and keep the results as `y_true` and
#    `y_pred`.
# 3. Compute `baseline_accuracy`, a `float` from 0 to 1: the share of images whose prediction is
#    right.
# 4. Draw the confusion matrix with `plot_confusion_matrix`, and show it, in the same cell.
#
# Compute the accuracy over all images at once. A mean of the accuracies of batches is something
# else as soon as one batch is smaller. And let the computer fill in the number: the hidden checks
# compute it again.
#
# *While you try things out*, the quick mode will do. *What you report* is the whole test split.

# %% role="solution" id="baseline" task="2.6" stub="measure the bare class names on the test split"
# <solution: solutions.evaluation.measure_baseline>
print(f"Baseline accuracy with the bare class names: {baseline_accuracy:.3f}")

# %% role="check" id="check_baseline"
expect_made("Task 2.6", "y_true", "y_pred", "baseline_accuracy")
expect_final("baseline_accuracy")
assert isinstance(baseline_accuracy, float | np.floating), (
    f"baseline_accuracy is of type {type(baseline_accuracy).__name__}; expected a float: "
    "float(...) makes one"
)
assert 0 <= baseline_accuracy <= 1, (
    f"baseline_accuracy is {baseline_accuracy}; expected a share from 0 to 1, not per cent"
)
assert len(y_true) == len(y_pred), f"y_true has {len(y_true)} entries and y_pred {len(y_pred)}"
assert len(y_true) == images_to_measure, (
    f"y_true has {len(y_true):,} entries; expected {images_to_measure:,}: measure every image of "
    "test_loader. (Was quick mode on? Then restart the kernel and run all cells.)"
)
assert abs(baseline_accuracy - 0.10) > 1e-9, (
    "baseline_accuracy is exactly 0.10: all images got the same class. The usual reason is that "
    "the images were rescaled twice: is there a ToTensor in test_dataset?"
)
assert abs(baseline_accuracy - float(np.mean(y_true == y_pred))) < 1e-6, (
    f"baseline_accuracy is {baseline_accuracy:.4f}, but y_true and y_pred agree in "
    f"{float(np.mean(y_true == y_pred)):.4f} of the {len(y_true):,} images: divide by their number"
)
print("Task 2.6: the visible tests pass.")

# %% [markdown]
# ### Comparison with the CNN
#
# Now the network of Assignment 1. Its weights lie beside this notebook, in
# `assignment_1_cnn.safetensors`. The first cell rebuilds the network, lets it classify the same
# 10,000 images, and compares the **recall** of each class: of the images that *are* of this
# class, the share that was recognised. (On the diagonal of a confusion matrix stands the number
# of hits; recall divides it by the sum of its row.)
#
# Would you rather compare with the network that *you* trained? Do it in a cell of your own below,
# and say so in your report.


# %% role="given" id="cnn_comparison"
# NBVAL_IGNORE_OUTPUT
class FashionCNN(nn.Module):
    """The CNN of Assignment 1: two convolutions and two linear layers."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(0.25),
            nn.Linear(64 * 7 * 7, 32),
            nn.ReLU(),
            nn.Linear(32, 10),
        )

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return a score a class: float32 (N, 1, 28, 28) -> (N, 10)."""
        return self.classifier(self.features(pixels))


def predict_with_cnn(cnn: nn.Module, images: torch.Tensor) -> np.ndarray:
    """Classify grey levels, uint8 (N, 28, 28), and return class indices, int (N,)."""
    # Mean and standard deviation of the grey levels of the training images.
    pixels = ((images.float() / 255 - 0.2860) / 0.3530).unsqueeze(1)
    # The channels of a point side by side, and few pictures at a time: on a CPU four times as fast.
    cnn = cnn.to(memory_format=torch.channels_last)
    with torch.no_grad():
        return torch.cat([cnn(part) for part in pixels.split(100)]).argmax(dim=1).numpy()


def recall_by_class(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Return the share of each true class that was recognised, float (10,)."""
    return np.array([np.mean(predicted[true == c] == c) for c in range(len(CLASS_NAMES))])


cnn_file = Path("assignment_1_cnn.safetensors")
cnn_pred = None
if cnn_file.exists():
    cnn = FashionCNN().eval()
    cnn.load_state_dict(load_file(cnn_file))
    cnn_true = test_dataset.targets.numpy()
    cnn_pred = predict_with_cnn(cnn, test_dataset.data)
    clip_recall, cnn_recall = recall_by_class(y_true, y_pred), recall_by_class(cnn_true, cnn_pred)
    print(f"{'recall':12} {'CLIP':>6} {'CNN':>6} {'CNN - CLIP':>11}")
    for name, a, b in zip(CLASS_NAMES, clip_recall, cnn_recall, strict=True):
        print(f"{name:12} {a:6.3f} {b:6.3f} {b - a:+11.3f}")
    print(f"{'accuracy':12} {np.mean(y_true == y_pred):6.3f} {np.mean(cnn_true == cnn_pred):6.3f}")
    places = np.arange(len(CLASS_NAMES))
    _, axis = plt.subplots(figsize=(9, 4))
    axis.bar(places - 0.2, clip_recall, 0.4, label="CLIP, zero-shot, bare names")
    axis.bar(places + 0.2, cnn_recall, 0.4, label="CNN, trained on 55,000 images")
    axis.set_xticks(places, CLASS_NAMES, rotation=45, ha="right")
    axis.set(ylim=(0, 1), ylabel="recall", title="Recall of each class on the test split")
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.3), ncols=2)
    plt.show()
else:
    print(f"{cnn_file} is not in {Path.cwd()}.")
    print("1. Copy it from the assignment's folder to the folder of this notebook.")
    print("2. Run this cell and the next one again. The rest of the notebook works without them.")

# %% [markdown]
# And some pictures on which the two disagree, out of the first 128 of the test split. (They are
# asked in their fixed order, with a loader that is *not* shuffled. Otherwise we could not tell
# which prediction belongs to which picture.)

# %%
# NBVAL_IGNORE_OUTPUT
if cnn_pred is not None:
    first_images = Subset(test_dataset, range(128))
    first_loader = DataLoader(first_images, batch_size=16, collate_fn=collate_clip)
    first_true, first_clip = run_zero_shot(first_loader, get_text_embeddings(CLASS_NAMES))
    first_cnn = cnn_pred[:128]
    only_clip = np.flatnonzero((first_clip == first_true) & (first_cnn != first_true))
    only_cnn = np.flatnonzero((first_clip != first_true) & (first_cnn == first_true))
    for title, found in (("only CLIP is right", only_clip), ("only the CNN is right", only_cnn)):
        print(f"{title}: {len(found)} of 128")
        if len(found):
            _, axes = plt.subplots(1, 6, figsize=(12, 2.8))
            for axis in axes:
                axis.axis("off")
            for axis, i in zip(axes, found, strict=False):
                axis.imshow(test_dataset.data[i], cmap="gray")
                axis.set_title(
                    f"{CLASS_NAMES[first_true[i]]}\nCLIP: {CLASS_NAMES[first_clip[i]]}\n"
                    f"CNN: {CLASS_NAMES[first_cnn[i]]}",
                    fontsize=8,
                )
            plt.suptitle(title)
            plt.tight_layout()
            plt.show()

# %% [markdown]
# ### Reflection on the baseline
#
# *<points: reflection_baseline> points, graded by hand; about 150 to 250 words.*
#
# 1. Compare the zero-shot baseline with the CNN of Assignment 1: overall, and class by class.
#    Give your figures, and say which model they belong to.
# 2. Where is the zero-shot classifier strong, where is it weak? Name at least one class for each
#    and explain it: think of the word, of the picture, and of what CLIP has seen in training.
# 3. Name one advantage of each of the two approaches that the accuracy does not show.
#
# | points | for |
# |---|---|
# | 2 | both accuracies are given, with the model, and the comparison is right |
# | 2 | a strong and a weak class, with figures from your confusion matrix or table |
# | 3 | an explanation for each that fits what was seen (1.5 each); "it is hard" explains nothing |
# | 1 | one advantage of each approach beyond accuracy |

# %% [markdown] role="answer" id="reflection_baseline" points=8
# *With your figures. Those here are for openai/clip-vit-base-patch32 and the course's CNN.*
#
# With the bare class names CLIP B/32 reaches an accuracy of 0.624 on the 10,000 test images; the
# CNN reaches 0.919. So CLIP is six times as good as guessing (0.10) without having seen one
# labelled image of the set, but makes almost five times as many errors as the CNN (0.376 against
# 0.081).
#
# It is strong where the word is unambiguous and the outline is unlike the others: Bag (recall
# 0.958), Sneaker (0.950) and Trouser (0.931) are nearly as good as with the CNN. It is weak among
# the upper garments: Shirt is recognised in only 0.042 of the cases, Pullover in 0.306. There are
# two reasons. "Shirt" is a wide word: on the web T-shirts, blouses and polo shirts are called
# shirts too, so the name does not tell this class from its neighbours, while "T-shirt/top" fits
# many of the same pictures better. And buttons and collars, which do tell a shirt from a
# pullover, are a few grey pixels in a 28 x 28 stamp, quite unlike the photographs that CLIP was
# trained on. Shirt is the CNN's weakest class as well, so part of the difficulty is in the
# images; but it has learned from thousands of examples what *this* shop calls a shirt.
#
# Beyond accuracy: CLIP needs no labels and can take a new class by writing one more sentence; the
# CNN is over a thousand times smaller (some 120,000 weights against 151 million), so it runs at
# once on any processor.

# %% [markdown]
# ## 3 Better prompts
#
# CLIP has seldom seen the single word "Trouser" under a picture. It has seen captions: "a pair of
# trousers on a hanger", "my new ankle boots". A text that looks like a caption lies nearer to the
# pictures. And some words mean several things: "coat" is also what a painter puts on a wall, and
# "top" is nearly everything. **Choosing the words is the only thing we may tune**, so it is worth
# doing with care.
#
# Where to begin? With the confusion matrix. Each large number off the diagonal is a question:
# *why does CLIP call the images of this row by the name of that column?* Look at three things:
#
# 1. A **row** with little on its diagonal is a class that is not found: its text is too narrow,
#    too rare or ambiguous.
# 2. A **column** with much off its diagonal is a text that catches the images of others: it is
#    too wide.
# 3. A **pair** with large numbers on both sides needs words that tell *these two* apart.
#
# The cell below lists the largest confusions of your baseline.


# %% role="given" id="confusions"
def most_confused(y_true: np.ndarray, y_pred: np.ndarray, class_names: list[str], n: int = 10):
    """Print the n pairs of classes that are confused most often."""
    size = len(class_names)
    counts = np.bincount(np.asarray(y_true) * size + np.asarray(y_pred), minlength=size**2)
    counts = counts.reshape(size, size)
    np.fill_diagonal(counts, 0)
    for place in np.argsort(-counts, axis=None, kind="stable")[:n]:
        true, predicted = divmod(int(place), size)
        print(
            f"{counts[true, predicted]:5d} x {class_names[true]} taken for {class_names[predicted]}"
        )


# %%
# NBVAL_IGNORE_OUTPUT
most_confused(y_true, y_pred, CLASS_NAMES)

# %% [markdown]
# ### Task 3.1: Ten better prompts
#
# 1. Make `improved_prompts`: a list of ten strings, **one for each class, in the order of
#    `CLASS_NAMES`**. Each differs from the bare name.
# 2. Let the confusion matrix guide you. Ideas: a whole caption ("a photo of ..."), a synonym, a
#    part that only this garment has, the kind of thing it is.
#
# Leave `CLASS_NAMES` as it is: it still names the classes in tables and pictures. Points are
# given for a real attempt that is reported truthfully; a gain over the baseline earns a bonus of
# up to 2 points, no more. A prompt that made things worse, and that you can explain, is a good
# result.
#
# One question to keep in mind: if you try fifty versions and keep the one that is best on the
# test split, what has the test split become?

# %% role="solution" id="prompts" task="3.1" stub="write ten better prompts"
# <solution: solutions.prompts.improve>
for name, prompt in zip(CLASS_NAMES, improved_prompts, strict=True):
    print(f"{name:12} {prompt}")

# %% [markdown]
# ### Task 3.2: Measuring them
#
# 1. Compute `improved_accuracy`, a `float` from 0 to 1, in the same way as the baseline: all
#    10,000 images, with the embeddings of `improved_prompts`.
# 2. Draw the confusion matrix, and show it, in the same cell.
#
# Recommended, and not graded: `CLASS_NAMES` as its labels, which are shorter than prompts, and new
# names for what you compute here (not `y_true`, `y_pred`), so that the baseline stays there to
# compare with.

# %% role="solution" id="prompts_run" task="3.2" stub="measure the improved prompts"
# <solution: solutions.prompts.measure_improved>

# %%
print(f"Accuracy with the improved prompts: {improved_accuracy:.3f}")
print(f"Accuracy with the bare class names: {baseline_accuracy:.3f}")
print(f"Gain: {improved_accuracy - baseline_accuracy:+.3f}")

# %% role="check" id="check_prompts"
expect_made("Task 3.1", "improved_prompts")
expect_made("Task 3.2", "improved_accuracy")
expect_final("improved_accuracy")
_names = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"]
_names += ["Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
assert list(CLASS_NAMES) == _names, (
    "CLASS_NAMES has been changed. Later cells need the ten names: put your prompts into "
    "improved_prompts only, run the cell that defines CLASS_NAMES again, then this section."
)
assert isinstance(improved_prompts, list), (
    f"improved_prompts is a {type(improved_prompts).__name__}; expected a list"
)
assert len(improved_prompts) == 10, (
    f"improved_prompts has {len(improved_prompts)} entries; expected 10, one a class"
)
for _name, _prompt in zip(_names, improved_prompts, strict=True):
    assert isinstance(_prompt, str), f"the prompt for {_name} is {_prompt!r}; expected a string"
    assert _prompt.strip(), f"the prompt for {_name} is empty"
    assert _prompt.strip().lower() != _name.lower(), (
        f"the prompt for {_name} is just the bare name: write something better"
    )
assert len(set(improved_prompts)) == 10, (
    "two classes have the same prompt: CLIP could never tell them apart"
)
# Two prompts that each name the other one's class, and not their own, have changed places. ("shirt" and "top"
# are said of several classes; and "dress pants" names a neighbour, which is no mistake.)
_words = {1: "trouser", 2: "pullover", 3: "dress", 4: "coat", 5: "sandal", 7: "sneaker", 8: "bag"}
_said = [
    {_c for _c, _word in _words.items() if re.search(rf"\b{_word}(s|es)?\b", _prompt.lower())}
    for _prompt in improved_prompts
]
_strange = [
    f"{improved_prompts[_i]!r} stands in the place of {_names[_i]}"
    for _i, _own in enumerate(_said)
    if _i not in _own and any(_i in _said[_j] and _j not in _said[_j] for _j in _own)
]
assert not _strange, (
    f"the prompts seem not to be in the order of CLASS_NAMES: {'; '.join(_strange)}"
)
assert isinstance(improved_accuracy, float | np.floating), (
    f"improved_accuracy is of type {type(improved_accuracy).__name__}; expected a float"
)
assert 0 <= improved_accuracy <= 1, (
    f"improved_accuracy is {improved_accuracy}; expected a share from 0 to 1, not per cent"
)
print("Tasks 3.1 and 3.2: the visible tests pass.")

# %% [markdown]
# ### Reflection on the prompts
#
# *<points: reflection_prompts> points, graded by hand; about 120 to 200 words.*
#
# 1. Which confusions did you set out to repair, and with which words?
# 2. What came of it, overall and for those classes? Compare the two confusion matrices.
# 3. Did anything get worse, and why might that be? What does it say about choosing prompts on the
#    test split?
#
# | points | for |
# |---|---|
# | 2 | at least two prompts are derived from confusions that your baseline has |
# | 2 | the effect is given in figures: the accuracy, and at least two classes |
# | 1 | a loss or a surprise, with a possible reason |
# | 1 | a sound remark on choosing prompts on the data on which one reports |

# %% [markdown] role="answer" id="reflection_prompts" points=6
# *With your figures. The accuracies here are for openai/clip-vit-base-patch32.*
#
# The baseline did not find Shirt (42 of 1,000), Pullover (306) and Sandal (393). I took two ideas
# from that. For the upper garments I added a second word that narrows the first: "a pullover
# sweater", "a shirt or blouse", "a coat or jacket", "a T-shirt or top". For the shoes I added
# what they are, "a sandal shoe", "an ankle boot shoe", because a sandal in a grey stamp is little
# more than a shape, and the word "shoe" keeps it among the shoes. All are captions that begin
# with "a photo of", as texts on the web do.
#
# The accuracy rose from 0.624 to 0.707: 827 more images in 10,000 are right. *(Here: the recall
# before and after of at least two of the classes named, from your two matrices.)* Not every class
# gained: all ten texts compete for each image, so a text that has become wider, such as "coat or
# jacket", also takes images from its neighbours.
#
# I chose the words after looking at the confusion matrix *of the test split*. The test split has
# thereby become part of the design, and 0.707 is a little too kind. It would have been cleaner to
# choose on images of the training split and to open the test split once, at the end.

# %% [markdown]
# ## 4 A map of the embeddings
#
# An embedding has D numbers, far too many to look at. **UMAP** makes a map with two. It looks up
# the nearest neighbours of each point in the large space, and then places all points on a plane
# so that neighbours stay neighbours as well as they can.
#
# What such a map shows, and what it does not:
#
# 1. *Who lies beside whom* can be trusted by and large: images in one clump are similar for CLIP.
# 2. *Distances between clumps* mean little, and so do their sizes and the empty space. UMAP
#    stretches and squeezes to make neighbours fit.
# 3. *The axes have no meaning*, and another seed or another computer gives another map. The
#    neighbours are what to look at.
# 4. The map knows **no texts**. It shows how the image tower sees the images; whether a *prompt*
#    finds them is another question.
#
# ### Task 4.1: All embeddings and their labels
#
# 1. Embed all images of `test_loader`: `all_img_emb`, a NumPy array of shape (10000, D).
# 2. Collect their labels on the way: `all_labels`, a NumPy array of shape (10000,). Row i and
#    label i belong to the same image.
#
# Remember that the loader is shuffled: labels from a second pass, or from `test_dataset.targets`,
# have another order, and the colours of your map would be confetti.

# %% role="solution" id="umap_embed" task="4.1" stub="embed all images, keep their labels"
# <solution: solutions.projection.embed_all>
print(f"all_img_emb has {len(all_img_emb):,} rows, all_labels {len(all_labels):,} entries")

# %% [markdown]
# ### Task 4.2: Down to two dimensions
#
# 1. Import `umap` (the first import takes some seconds, the first fit may take a minute).
# 2. Reduce `all_img_emb` (the embeddings, not similarities) with `umap.UMAP` to two dimensions:
#    `embeddings_umap`, of shape (10000, 2).
#
# Recommended, and not graded: `metric="cosine"`, which is what we compare embeddings with
# (for rows of length 1 UMAP's own, the Euclidean distance, finds the same neighbours), and a fixed
# `random_state`, so that you get the same map again and your text still fits it.
#
# UMAP is compiled while it runs for the first time, so give it a minute or two. With a fixed
# `random_state` it works in a single thread and says so in a warning; `n_jobs=1` keeps it quiet.
# It moves the points in 500 rounds where there are up to 10,000 of them, and in 200 where there are
# more. We have 10,000 exactly: `n_epochs=200` gives as good a map in less than half the time.

# %% role="solution" id="umap_project" task="4.2" stub="reduce all_img_emb to two dimensions"
# NBVAL_IGNORE_OUTPUT
# <solution: solutions.projection.project>
print(f"embeddings_umap has the shape {embeddings_umap.shape}")

# %% [markdown]
# ### Task 4.3: The picture
#
# 1. Draw `embeddings_umap` as a scatter plot: a small point an image, coloured by its **true**
#    class, and show it in the same cell.
#
# Recommended, and not graded: a legend of the class names (if there is one, its names must fit), a
# title, and points so small that they do not hide one another. A good figure can be read without
# the text around it, and people read your reflection below beside this one.

# %% role="solution" id="umap_plot" task="4.3" stub="draw the map, coloured by true class"
# NBVAL_IGNORE_OUTPUT
# <solution: solutions.projection.draw_map>

# %% role="check" id="check_umap"
expect_made("Task 4.1", "all_img_emb", "all_labels")
expect_made("Task 4.2", "embeddings_umap")
expect_final("all_img_emb")
for _name, _array in (
    ("all_img_emb", all_img_emb),
    ("all_labels", all_labels),
    ("embeddings_umap", embeddings_umap),
):
    assert isinstance(_array, np.ndarray), (
        f"{_name} is a {type(_array).__name__}; expected a NumPy array"
    )
    assert np.isfinite(_array).all(), f"{_name} holds values that are not numbers"
_width = clip_model.config.projection_dim
_images = images_to_measure
assert all_img_emb.shape == (_images, _width), (
    f"all_img_emb has the shape {all_img_emb.shape}; expected ({_images}, {_width}): "
    "a row an image, of all batches, and embeddings, not similarities"
)
assert all_labels.shape == (_images,), (
    f"all_labels has the shape {all_labels.shape}; expected ({_images},): a label an image"
)
_of_classes = np.bincount(test_dataset.targets, minlength=10).tolist()
assert np.bincount(all_labels.astype(int), minlength=10).tolist() == _of_classes, (
    f"all_labels does not hold as many labels of each class as test_dataset does: {_of_classes}"
)
assert embeddings_umap.shape != (2, _images), "embeddings_umap is transposed: a row is an image"
assert embeddings_umap.shape == (_images, 2), (
    f"embeddings_umap has the shape {embeddings_umap.shape}; expected ({_images}, 2)"
)
# An image's most similar image is mostly of its own class; with labels out of step one in ten is.
_some = np.arange(min(500, _images))
_near = all_img_emb[_some] @ all_img_emb.T
_near[_some, _some] = -np.inf
_agree = float(np.mean(all_labels[_near.argmax(axis=1)] == all_labels[_some]))
assert _agree > 0.25, (
    f"only {_agree:.0%} of images have the label of their nearest neighbour; about 10 % is chance. "
    "The labels are out of step with the rows: collect both in the same pass over the loader."
)
print("Tasks 4.1 to 4.3: the visible tests pass.")

# %% [markdown]
# ### Reflection on the map
#
# *<points: reflection_umap> points, graded by hand; about 120 to 200 words.*
#
# 1. Which classes form clumps of their own, which lie in one another? Are there larger groups?
# 2. Compare the map with your confusion matrix. Do the confused classes lie together? Is there a
#    class that forms a clump of its own and is yet classified badly? What does that say about
#    image tower and text?
# 3. Name one thing that the map seems to show and that one may not conclude from it.
#
# | points | for |
# |---|---|
# | 2 | classes and groups are described as *your* map shows them |
# | 3 | compared with the confusion matrix: an agreement (1), a difference or why none (2) |
# | 1 | a limit of UMAP, applied to your map |

# %% [markdown] role="answer" id="reflection_umap" points=6
# *With your figures and your map. The map read here is an example; the recalls are for
# openai/clip-vit-base-patch32.*
#
# The map falls into a few large groups: shoes, bags, trousers, and everything that is worn on the
# upper body. Trouser and Bag are clumps of their own. Sneaker, Sandal and Ankle boot lie side by
# side but can mostly be told apart. Pullover, Coat and Shirt overlap widely, and T-shirt and
# Dress touch them.
#
# This agrees with the confusion matrix where images really look alike: Pullover, Coat and Shirt
# are confused with one another, and in the map too there is no border between them. No prompt
# alone will draw one, since the image tower puts these pictures into the same place. Sandal is
# different. Its images lie together, and yet only 393 of 1,000 are found with the bare name. So
# the image tower can tell them apart; it is the *text* that points elsewhere. For such classes a
# better prompt, or a classifier trained on the embeddings, should help most.
#
# On my map bags lie farther from trousers than from shoes. One may not conclude that CLIP finds
# bags more similar to shoes: UMAP keeps neighbourhoods, not distances between clumps, and another
# seed may place them differently.

# %% [markdown]
# ## 5 Mini-experiment
#
# Now a small question of your own. Choose **one** of four:
#
# 1. **A, another model.** Does a larger or a different CLIP do better with the same ten names?
# 2. **B, several prompts a class.** Each class gets several texts; an image gets the class to
#    which its best text belongs. Does that beat one text a class?
# 3. **C, top-K.** How often is the true class among the K best guesses? It tells an image that is
#    narrowly missed from one that is hopeless.
# 4. **D, an idea of your own.** Say what you want to know, do it, report it. It is graded by
#    hand.
#
# One rule holds for all four: **do not overwrite what the rest of the notebook uses**
# (`CLASS_NAMES`, `clip_model`, `clip_processor`, `improved_prompts`, `all_img_emb` and so on).
# Give what is new a new name.
#
# ### Task 5.1: Your choice
#
# 1. Set `experiment` to `"A"`, `"B"`, `"C"` or `"D"`.
# 2. Do the tasks of that experiment only. The cells of the others do nothing as long as they are
#    not chosen; leave them as they are.

# %% role="solution" id="experiment_choice" task="5.1" stub="choose A, B, C or D"
### BEGIN SOLUTION
experiment = "C"
### END SOLUTION
print(f"Experiment {experiment}")

# %% [markdown]
# ### Experiment A: Another model
#
# 1. Choose `alternative_model_name`: another CLIP checkpoint, for instance
#    `openai/clip-vit-base-patch16`, which looks at patches of 16 x 16 instead of 32 x 32 pixels.
# 2. Load the model **with its own processor**, under new names. Models differ in the size and the
#    normalisation of images and in the tokens of texts.
# 3. Compute `alternative_accuracy`, a `float`: the bare class names, all 10,000 images, prepared
#    with the new processor. `get_text_embeddings`, `get_image_embeddings` and `collate_clip` use
#    the *first* model and processor, so they are of no use here.

# %% role="solution" id="experiment_a" task="5.A" stub="choose another model | measure it with the bare class names"
if experiment == "A":
    print("Experiment A: another model")
    # <solution: solutions.alternative.choose_model>
    # <solution: solutions.alternative.measure_alternative>
    print(f"{alternative_model_name}: {alternative_accuracy:.3f}")
    print(f"{clip_model_name}: {baseline_accuracy:.3f}")

# %% [markdown]
# ### Experiment B: Several prompts a class
#
# 1. Write `get_multi_prompt_predictions(similarity, prompt_class)`. There are now more columns
#    than classes: `prompt_class` says to which class each column belongs. An image gets the class
#    of its **best** column.
# 2. Make `prompts_by_class`: a dictionary with the ten entries of `CLASS_NAMES` as keys, spelled
#    exactly so, and a list of at least two prompts for each. Give every class **equally many**:
#    where the best one wins, a class with more tickets wins the lottery more often.
# 3. Compute `multi_prompt_accuracy`, a `float`, on all images. Nothing has to be embedded twice:
#    `all_img_emb` and `all_labels` are there (`torch.as_tensor` makes a tensor of an array).
#
# The common mistake is to forget the way back: the index of the best *prompt* is not yet a
# *class*.


# %% role="solution" id="experiment_b" task="5.B" stub="return the class of each row's best prompt | write several prompts for each class | measure them on all images"
def get_multi_prompt_predictions(similarity: np.ndarray, prompt_class: np.ndarray) -> np.ndarray:
    """Return the class of the best prompt of each image.

    Args:
        similarity: (N, P), a row an image and a column a prompt.
        prompt_class: int (P,), the class index that each prompt belongs to, in any order.

    Returns:
        int (N,): class indices.

    Example:
        [[0.1, 0.2, 0.3]] with the classes [0, 0, 1] gives [1].
    """
    # <solution: solutions.multi_prompt.get_multi_prompt_predictions>


if experiment == "B":
    print("Experiment B: several prompts a class")
    # <solution: solutions.multi_prompt.choose_prompts>
    # <solution: solutions.multi_prompt.measure_multi_prompt>
    print(f"several prompts a class: {multi_prompt_accuracy:.3f}")
    print(f"one bare name a class: {baseline_accuracy:.3f}")

# %% [markdown]
# ### Experiment C: Top-K
#
# 1. Write `get_top_k_predictions(similarity, k)`: the k best classes of each image, **the best
#    first**.
# 2. Write `top_k_accuracy(y_true, top_k)`: the share of images whose true class is among *their
#    own* k guesses.
# 3. Make `top_k_results`: a dictionary from K to the accuracy, for at least two values of K, with
#    the bare class names and all images (`all_img_emb` and `all_labels` are there).
#
# Three things to watch:
#
# 1. `np.argsort` sorts *upwards*: what it puts first is the worst guess.
# 2. `np.isin` over whole arrays asks whether a label occurs in *any* row. With a thousand rows it
#    nearly always does, and you would report something like 0.98. Compare row by row.
# 3. Test yourself: K = 1 has to give the accuracy of the baseline, and K = 10 has to give 1.


# %% role="solution" id="experiment_c" task="5.C" stub="return the k best classes of each row, best first | return the share of rows that hold their own class | measure at least two values of K"
def get_top_k_predictions(similarity: np.ndarray, k: int) -> np.ndarray:
    """Return the k most similar classes of each image, best first.

    Args:
        similarity: (N, M), a row an image and a column a class.
        k: how many, from 1 to M.

    Returns:
        int (N, k): class indices; column 0 is the best guess.

    Example:
        [[0.1, 0.3, 0.2]] with k = 2 gives [[1, 2]].
    """
    # <solution: solutions.top_k.get_top_k_predictions>


def top_k_accuracy(y_true: np.ndarray, top_k: np.ndarray) -> float:
    """Return the share of images whose true class is among their own k guesses.

    Args:
        y_true: int (N,), the true classes.
        top_k: int (N, k), the guesses.

    Returns:
        A number from 0 to 1.

    Example:
        The true classes [2, 5] with the guesses [[2, 3], [2, 3]] give 0.5.
    """
    # <solution: solutions.top_k.top_k_accuracy>


if experiment == "C":
    print("Experiment C: top-K")
    # <solution: solutions.top_k.measure_top_k>
    for k, value in sorted(top_k_results.items()):
        print(f"top-{k}: {value:.3f}")
    print(f"baseline, which top-1 has to equal: {baseline_accuracy:.3f}")

# %% [markdown]
# ### Experiment D: An idea of your own
#
# 1. Write your plan into the report below *before* you start: the question, what you will
#    measure, and what you expect.
# 2. Add your cells under this one. Small is beautiful: one question, one figure or table, one
#    answer.
# 3. The <points: check_experiment> points that the others get automatically are given by hand here: 3 for the
#    plan, 4 for a run that answers the question, 3 for a result that others can check.
#
# Some ideas: the mean of several prompt embeddings a class (normalised again!) · inverted images,
# black on white · a nearest-neighbour or linear classifier on a few labelled embeddings (from the
# *training* split) · prompts in another language.
#
# ### Test of your experiment
#
# The next cell looks at the experiment that you have chosen.

# %% role="check" id="check_experiment"
expect_made("Task 5.1", "experiment")
assert experiment in ("A", "B", "C", "D"), (
    f'experiment is {experiment!r}; expected "A", "B", "C" or "D"'
)
if experiment == "A":
    expect_made("Experiment A", "alternative_model_name", "alternative_accuracy")
    expect_final("alternative_accuracy")
    assert isinstance(alternative_model_name, str), "alternative_model_name must be a string"
    assert alternative_model_name != clip_model_name, (
        f"alternative_model_name is {clip_model_name!r}, the model of Section 2: choose another"
    )
    assert isinstance(alternative_accuracy, float | np.floating), (
        f"alternative_accuracy is of type {type(alternative_accuracy).__name__}; expected a float"
    )
    assert 0 <= alternative_accuracy <= 1, (
        f"alternative_accuracy is {alternative_accuracy}; expected a share from 0 to 1"
    )
elif experiment == "B":
    _similarity = np.array([[0.5, 0.2, 0.0, 0.6], [0.3, 0.8, 0.2, 0.1], [0.6, 0.1, 0.5, 0.5]])
    _prompt_class = np.array([2, 0, 1, 1])
    _got = np.asarray(get_multi_prompt_predictions(_similarity, _prompt_class))
    assert _got.tolist() != [3, 1, 0], (
        "got [3, 1, 0], the best columns; expected [1, 0, 2], their classes: look the columns up "
        "in prompt_class"
    )
    assert _got.tolist() not in ([1, 0, 1], [2, 0, 2]), (
        f"got {_got.tolist()}; expected [1, 0, 2]: the sum or the mean over the prompts of a class "
        "was compared, but the single best prompt decides"
    )
    assert _got.tolist() == [1, 0, 2], f"got {_got.tolist()}; expected [1, 0, 2]"
    expect_made("Experiment B", "prompts_by_class", "multi_prompt_accuracy")
    expect_final("multi_prompt_accuracy")
    assert sorted(prompts_by_class) == sorted(CLASS_NAMES), (
        "the keys of prompts_by_class must be the entries of CLASS_NAMES, spelled exactly so; "
        f"these are not in both: {sorted(set(prompts_by_class) ^ set(CLASS_NAMES))}"
    )
    _counts = {_name: len(_prompts) for _name, _prompts in prompts_by_class.items()}
    assert min(_counts.values()) >= 2, (
        f"expected at least two prompts for each class; got {_counts}"
    )
    assert len(set(_counts.values())) == 1, (
        f"expected equally many prompts for each class; got {_counts}. Where the best one wins, a "
        "class with more prompts wins more often"
    )
    assert isinstance(multi_prompt_accuracy, float | np.floating), (
        f"multi_prompt_accuracy is of type {type(multi_prompt_accuracy).__name__}; expected a float"
    )
    assert 0 <= multi_prompt_accuracy <= 1, (
        f"multi_prompt_accuracy is {multi_prompt_accuracy}; expected a share from 0 to 1"
    )
elif experiment == "C":
    _similarity = np.array([[0.1, 0.4, 0.2, 0.3], [0.9, 0.5, 0.7, 0.6]])
    _got = np.asarray(get_top_k_predictions(_similarity, 2))
    assert _got.shape == (2, 2), f"2 images and k = 2 gave the shape {_got.shape}; expected (2, 2)"
    assert _got.tolist() != [[0, 2], [1, 3]], (
        "got the two *worst* classes of each row: argsort sorts upwards"
    )
    assert _got.tolist() != [[3, 1], [2, 0]], (
        "got the right classes, but the best one last; expected it first: [[1, 3], [0, 2]]"
    )
    assert _got.tolist() == [[1, 3], [0, 2]], f"got {_got.tolist()}; expected [[1, 3], [0, 2]]"
    _got = np.asarray(get_top_k_predictions(_similarity, 3))
    assert _got.shape == (2, 3), f"k = 3 gave the shape {_got.shape}; expected (2, 3): is k used?"
    _got = np.asarray(get_top_k_predictions(_similarity, 4))
    assert np.sort(_got, axis=1).tolist() == [[0, 1, 2, 3]] * 2, (
        f"k = 4 of four classes gave {_got.tolist()}; expected every class once in each row"
    )
    _share = top_k_accuracy(np.array([0, 1, 2, 3]), np.array([[0, 1], [0, 2], [1, 3], [2, 3]]))
    assert abs(_share - 1) > 1e-9, (
        "top_k_accuracy gave 1.0; expected 0.5: a label counts only if it is in its *own* row, "
        "not anywhere in the table (np.isin over all)"
    )
    assert abs(_share - 0.25) > 1e-9, (
        "top_k_accuracy gave 0.25; expected 0.5: was only the first guess compared, or were the hits "
        "divided by the number of guesses instead of images?"
    )
    assert abs(_share - 0.5) < 1e-9, f"top_k_accuracy gave {_share}; expected 0.5"
    expect_made("Experiment C", "top_k_results")
    expect_final("top_k_results")
    assert isinstance(top_k_results, dict), (
        f"top_k_results is a {type(top_k_results).__name__}; expected a dictionary"
    )
    assert len(top_k_results) >= 2, (
        f"top_k_results has {len(top_k_results)} entries; expected at least two values of K"
    )
    _values = [top_k_results[_k] for _k in sorted(top_k_results)]
    assert all(0 <= _value <= 1 for _value in _values), (
        f"top_k_results holds {_values}; expected shares from 0 to 1"
    )
    assert _values == sorted(_values), (
        f"top_k_results is {top_k_results}, but the accuracy cannot fall when K grows"
    )
else:
    print("Experiment D is read and graded by people.")
print(f"Experiment {experiment}: the visible tests pass.")

# %% [markdown]
# ### Report on the experiment
#
# *<points: experiment_report> points, graded by hand; about 100 to 200 words. For D: the plan and the result.*
#
# 1. What did you want to know, and what did you expect?
# 2. What did you do? Enough for somebody else to do it again.
# 3. What came out, in figures, and what do you conclude?
#
# | points | for |
# |---|---|
# | 1 | a question and an expectation |
# | 1 | what was done, so that it can be repeated |
# | 2 | the result in figures, with the model, beside the baseline |
# | 1 | a conclusion that the figures support, and one limit |
#
# For experiment D, <points: check_experiment> more points are given by hand: see *Experiment D* above.

# %% [markdown] role="answer" id="experiment_report" points=5
# *With your figures: they are printed in the cell of Experiment C.*
#
# I chose C. I wanted to know whether the wrong answers of the baseline are hopeless or narrowly
# missed. I expected a large step from top-1 to top-3, because most confusions are among Shirt,
# Pullover, Coat and T-shirt.
#
# I took the embeddings of all 10,000 test images and of the ten bare class names, sorted the
# cosines of each image downwards, and counted an image as right if its class was among the first
# K, for K = 1, 3 and 5. Top-1 equals the baseline, as it has to, and K = 10 would be 1.
#
# *(Here: the three accuracies, with the name of the model.)* Guessing would give 0.1, 0.3 and
# 0.5, so the figures are to be held against these. If the step from 1 to 3 is much larger than
# the 0.2 that guessing gains, then for most images that are missed the true class is second or
# third: the model has recognised what kind of garment it is, and fails at the choice among
# neighbours. This speaks for better prompts as a cure. If it is not, the model misses the kind of
# garment itself, and words alone will hardly help. The limit: top-3 of ten classes is a weak
# demand, and a shop needs *one* answer.

# %% [markdown]
# ## 6 Report
#
# Four short texts for a reader who knows machine learning but not this notebook. Whoever reads
# them alone should learn what you did, what came out, and what it means. Figures and tables above
# are found most easily by the name of their section.
#
# ### 6.1 Introduction
#
# *<points: report_introduction> points; about 80 to 150 words.*
#
# | points | for |
# |---|---|
# | 1 | the task and the data set |
# | 1 | the idea of zero-shot classification with CLIP, in your own words |
# | 1 | the question that the report answers |

# %% [markdown] role="answer" id="report_introduction" points=3
# Fashion-MNIST holds 70,000 grey images of clothes, 28 x 28 pixels, in ten classes; its 10,000
# test images are used to compare classifiers. Usually a network is trained on the other 60,000,
# as we did in Assignment 1 with a CNN.
#
# Here nothing is trained. CLIP is a pair of transformers, one for images and one for texts, that
# was trained on pictures with their captions so that what belongs together lies together in one
# space. An image can thus be classified by asking which of ten *texts* it lies nearest to. The
# labels are needed only to count how often that is right.
#
# The report answers two questions: how near does a zero-shot transformer come to a small CNN
# trained for the task, and how much depends on the words in which we name the classes?

# %% [markdown]
# ### 6.2 Methodology
#
# *<points: report_methodology> points; about 100 to 200 words.*
#
# | points | for |
# |---|---|
# | 1 | the data: which split, how many images, how they were prepared |
# | 2 | from image and text to a prediction: embeddings, normalisation, cosine, the best one wins |
# | 1 | what was measured: accuracy, confusion matrix, CNN, prompts, map, experiment |

# %% [markdown] role="answer" id="report_methodology" points=4
# *With the name of your model; this text is for openai/clip-vit-base-patch32.*
#
# I used the test split, all 10,000 images, 1,000 a class. The processor of CLIP enlarges each
# image to 224 x 224, repeats the grey channel three times, rescales it to [0, 1] and normalises
# it; no other transform is applied.
#
# The image tower gives a vector of 512 numbers an image, the text tower one for each class text.
# All are divided by their length. The cosine of an image with each of the ten texts is then a
# matrix product, and the class with the largest cosine is predicted. Texts are embedded once. No
# weight is changed and no label is used, except to measure.
#
# I report the accuracy on the whole split and the confusion matrix, first for the bare class
# names, then for one better prompt a class, written after reading the first matrix. The CNN of
# Assignment 1 classifies the same images; the two are compared by accuracy and recall by class.
# The image embeddings are reduced to two dimensions with UMAP (cosine metric, fixed seed), and
# top-K accuracies are computed for K = 1, 3 and 5.

# %% [markdown]
# ### 6.3 Results
#
# *<points: report_results> points; about 100 to 200 words and a table.*
#
# | points | for |
# |---|---|
# | 2 | a table: baseline, improved prompts, CNN, on the whole test split, with the model |
# | 1 | the most important findings by class |
# | 1 | map and experiment in a sentence or two each, with figures where there are any |

# %% [markdown] role="answer" id="report_results" points=4
# *With your figures; these are for openai/clip-vit-base-patch32 and the course's CNN.*
#
# | classifier | accuracy on 10,000 test images |
# |---|---|
# | CLIP B/32, bare class names | 0.624 |
# | CLIP B/32, one better prompt a class | 0.707 |
# | CNN of Assignment 1, trained | 0.919 |
#
# With 10,000 images the uncertainty of each is below 0.01, so all three differ clearly. With the
# bare names Bag (0.958), Sneaker (0.950) and Trouser (0.931) are recognised almost always, Shirt
# almost never (0.042), Pullover (0.306) and Sandal (0.393) seldom. The better prompts raise the
# accuracy by 0.083. *(Here: the recall of the classes that gained or lost most.)*
#
# *(Here, as your map shows it: for instance, that shoes, bags and trousers are separate, and
# Pullover, Coat and Shirt lie in one another.)* *(Here: the top-K accuracies of your model beside
# 0.1, 0.3 and 0.5 for guessing, and what they show.)*

# %% [markdown]
# ### 6.4 Discussion
#
# *<points: report_discussion> points; about 120 to 250 words.*
#
# | points | for |
# |---|---|
# | 1 | the answer to the question of your introduction: zero-shot transformer against trained CNN |
# | 1 | reasons for the difference that rest on your results |
# | 1 | limits of what you did (data, model, choice of prompts, one run) |
# | 1 | when you would choose which, and what you would try next |

# %% [markdown] role="answer" id="report_discussion" points=4
# *With your figures; these are for openai/clip-vit-base-patch32 and the course's CNN.*
#
# A transformer that has seen no labelled example of the set classifies 62 % of it, 71 % with
# better words; the small CNN, with its training data, 92 %. So for this data set training wins
# clearly.
#
# Two reasons can be seen. First, the images are far from what CLIP knows: grey stamps without
# background. Fine features such as buttons are lost, and the classes that need them overlap on
# the map. Second, the classes are defined by a shop's labels, not by the words: what is a "Shirt"
# here is learned from examples, not from the name. That ten new sentences win 0.083 shows how
# much of the error lay in the words alone.
#
# Limits: I looked at the test split to write the prompts, so 0.707 is somewhat too kind. I cannot
# rule out that CLIP saw pictures of this data set on the web. One model and one set of prompts
# were tested, and accuracy treats all errors alike.
#
# I would choose CLIP where there are no labels, where classes change often, or for a first
# sorting; the CNN where labels exist, or where the computer is small. Next I would train a linear
# classifier on the embeddings of CLIP with a few labelled images a class: the map suggests that
# they hold more than the prompts bring out.

# %% [markdown]
# ## 7 Submission
#
# Before you hand in:
#
# 1. **Kernel → Restart Kernel and Run All Cells**, to the end and without an error.
# 2. Press **Validate**, and read what it says. Its "Success" means that all visible tests pass.
# 3. No `NotImplementedError` and no `YOUR ANSWER HERE` is left, except in the experiments that
#    you did not choose.
# 4. `QUICK` is `False`, and the accuracies in your texts are those that the cells print *now*.
# 5. The file is called `assignment_2.ipynb`, as you got it, and is saved with its outputs.
# 6. `python preflight.py`, in this folder, finds nothing wrong: it looks for all of this, and for
#    files that are missing or should not be there.
#
# To hand in:
#
# 1. Make the branch: `git switch -c assignment-2`
# 2. Add the notebook, and the lab notebooks that the course page names for this assignment: `git
#    add assignment_2.ipynb` and so on. Leave the data set and model files out.
# 3. `git status` shows these files under "Changes to be committed" and nothing that you did not
#    mean.
# 4. `git commit -m "Assignment 2"`, then `git push -u origin assignment-2`
# 5. Open a **pull request** from `assignment-2` before the due date that the course page gives.
#    What counts is the last commit on the branch; the course page also says what lateness costs.
#
# What happens then: your notebook is run from top to bottom on a machine without a network, the
# hidden checks call your functions, and people read your texts. You get a page with the points of
# each check. Where one has failed, it names the mistake and the section to read again; it does
# not show the checks. If you think that a point is wrong, answer in the pull request and say why.
