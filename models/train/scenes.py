"""Pictures and labels from Trimtab's own renderer (sim/world/render-dataset.ts)."""

import json
import math
import pathlib
import subprocess
from dataclasses import dataclass

import numpy as np

from network import STRIDE

WIDTH, HEIGHT = 320, 240
# Farther, or more hidden, people are neither right nor wrong.
FARTHEST_M = 10.0
LEAST_VISIBLE = 0.4


@dataclass
class Scenes:
    """`images`: N x H x W x 3 uint8 at the network's input size; `boxes`: per image a list of TrueBox dictionaries."""

    images: np.ndarray
    boxes: list[list[dict]]


def load(cli: pathlib.Path, cache: pathlib.Path, seed: int, count: int, shrink: int, labels: set[str]) -> Scenes:
    """Renders `count` shots of `seed` once into `cache`; keeps the boxes whose label counts for the network."""
    prefix = cache / f"shots-{seed}-{count}"
    if not prefix.with_suffix(".json").exists():
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["node", str(cli), "--seed", str(seed), "--count", str(count), "--out", str(prefix)], check=True
        )
    images = np.memmap(prefix.with_suffix(".rgb"), np.uint8, "r", shape=(count, HEIGHT, WIDTH, 3))
    if shrink > 1:
        shape = (count, HEIGHT // shrink, shrink, WIDTH // shrink, shrink, 3)
        total = images.reshape(shape).sum(axis=(2, 4), dtype=np.uint16)
        images = ((total + shrink * shrink // 2) // (shrink * shrink)).astype(np.uint8)
    boxes = json.loads(prefix.with_suffix(".json").read_text())["boxes"]
    return Scenes(images, [[box for box in frame if box["label"] in labels] for frame in boxes])


def counts(box: dict) -> bool:
    """Whether the network has to find this person: centre in the image, near and visible enough."""
    inside = 0 <= box["centerX"] < 1 and 0 <= box["centerY"] < 1
    return inside and box["distanceM"] <= FARTHEST_M and box["visible"] >= LEAST_VISIBLE


@dataclass
class Window:
    """The part of a picture that is trained on; all in pixels."""

    left: int
    top: int
    width: int
    height: int


def targets(frame: list[dict], picture: tuple[int, int], window: Window) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Heatmap (h,w), regression targets (4,h,w; meaningful at centres) and loss weights (h,w; 0 where people do not count).

    `picture` is the whole picture's width and height: sizes are learnt as fractions of it, whatever the window.
    """
    cols, rows = window.width // STRIDE, window.height // STRIDE
    heat = np.zeros((rows, cols), np.float32)
    shape = np.zeros((4, rows, cols), np.float32)
    weight = np.ones((rows, cols), np.float32)
    grid_row, grid_col = np.mgrid[0:rows, 0:cols]
    # Far people first: the nearer one owns a cell that two share.
    for box in sorted(frame, key=lambda b: -b["distanceM"]):
        x = (box["centerX"] * picture[0] - window.left) / STRIDE
        y = (box["centerY"] * picture[1] - window.top) / STRIDE
        wide, tall = box["width"] * picture[0] / STRIDE, box["height"] * picture[1] / STRIDE
        if not counts(box):
            weight[(abs(grid_col + 0.5 - x) < wide / 2 + 0.5) & (abs(grid_row + 0.5 - y) < tall / 2)] = 0
            continue
        col, row = math.floor(x), math.floor(y)
        spread_x, spread_y = max(0.6, wide / 6), max(0.6, tall / 8)
        bell = np.exp(-(((grid_col - col) / spread_x) ** 2 + ((grid_row - row) / spread_y) ** 2) / 2)
        heat = np.maximum(heat, bell.astype(np.float32))
        if 0 <= col < cols and 0 <= row < rows:
            shape[:, row, col] = x - col, y - row, np.log(box["width"]), np.log(box["height"])
            weight[row, col] = 1
    return heat, shape, weight
