"""Grey images as PNG data that stands in the page itself."""

from __future__ import annotations

import base64
import io
import math

import numpy as np
from PIL import Image

from autograder.clip.accuracy.encoders import Greys

SHEET_COLUMNS = 100


def sprite_sheet(images: Greys, columns: int = SHEET_COLUMNS) -> Greys:
    """Put images side by side, `columns` a row and black after the last: uint8 (N, h, w) -> (rows * h, columns * w)."""
    count, height, width = images.shape
    rows = math.ceil(count / columns)
    cells = np.zeros((rows * columns, height, width), np.uint8)
    cells[:count] = images
    grid = cells.reshape(rows, columns, height, width).transpose(0, 2, 1, 3)
    return grid.reshape(rows * height, columns * width)


def png_address(picture: Greys) -> str:
    """Return a grey picture, uint8 (h, w), as a data: address of a PNG, which loses nothing."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(buffer, format="PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
