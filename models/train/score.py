"""Decoding and scoring, as src/core/perception does it; used to pick the score threshold on validation scenes."""

import numpy as np

from scenes import counts

SAME_PERSON_IOU = 0.45


def decode(heat: np.ndarray, boxes: np.ndarray, threshold: float) -> list[tuple[float, float, float, float, float]]:
    """Local maxima of heat (h,w) with boxes (4,h,w): (score, centerX, centerY, width, height), best first, after NMS."""
    rows, cols = heat.shape
    padded = np.pad(heat, 1)
    neighbours = [padded[r : r + rows, c : c + cols] for r in range(3) for c in range(3)]
    peak = (heat >= np.max(neighbours, axis=0)) & (heat >= threshold)
    found = []
    for row, col in zip(*np.nonzero(peak)):
        dx, dy, width, height = boxes[:, row, col]
        found.append((float(heat[row, col]), (col + dx) / cols, (row + dy) / rows, float(width), float(height)))
    kept = []
    for box in sorted(found, reverse=True):
        if all(iou(box[1:], other[1:]) < SAME_PERSON_IOU for other in kept):
            kept.append(box)
    return kept


def iou(a, b) -> float:
    """Intersection over union of two (centerX, centerY, width, height)."""
    wide = min(a[0] + a[2] / 2, b[0] + b[2] / 2) - max(a[0] - a[2] / 2, b[0] - b[2] / 2)
    tall = min(a[1] + a[3] / 2, b[1] + b[3] / 2) - max(a[1] - a[3] / 2, b[1] - b[3] / 2)
    if wide <= 0 or tall <= 0:
        return 0.0
    return wide * tall / (a[2] * a[3] + b[2] * b[3] - wide * tall)


def tally(found, frame: list[dict], nearest_m: float = 2.0, farthest_m: float = 8.0) -> tuple[int, int, int]:
    """(hits, false alarms, misses) of one image. People outside the distances, or who do not count, are neither."""
    truth = [(box, (box["centerX"], box["centerY"], box["width"], box["height"])) for box in frame]
    left = list(range(len(truth)))
    hits = alarms = 0
    for box in found:
        best = max(left, key=lambda i: iou(box[1:], truth[i][1]), default=None)
        if best is None or iou(box[1:], truth[best][1]) < SAME_PERSON_IOU:
            alarms += 1
            continue
        left.remove(best)
        hits += matters(truth[best][0], nearest_m, farthest_m)
    return hits, alarms, sum(matters(truth[i][0], nearest_m, farthest_m) for i in left)


def matters(box: dict, nearest_m: float, farthest_m: float) -> bool:
    return counts(box) and nearest_m <= box["distanceM"] <= farthest_m
