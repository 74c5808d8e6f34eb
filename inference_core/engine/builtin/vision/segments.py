"""Divides a picture into a few regions of similar colour and texture: merges the many pieces of a watershed."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from inference_core.engine.builtin.vision.colours import Floats, Pixels, oklab

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]
_Doubles = npt.NDArray[np.float64]

MOST_REGIONS = 8

_SPATIAL_RADIUS = 6
_COLOUR_RADIUS = 18
_MOST_PIECES = 500
# Oklab's colours go up to 0.3, its lightness to 1, and shadows should not divide an object.
_WEIGHTS = np.array([0.8, 2.5, 2.5, 1.0], np.float32)
_SAMPLE = 40
"""How many pixels one sample represents when pieces are merged."""
_STILL_DIFFERENT = 4e-4
"""Two regions are not merged if that would add at least this much to the variance within regions."""
_SAME_COLOUR = 0.05


@dataclass(frozen=True, slots=True)
class Region:
    """`mask` covers pixels of the copy that was cut, in one or several pieces.

    `score`, 0 to 1, says how much the region stands out: the distance of its mean colour and texture from those of its
    surroundings, divided by the sum of that distance and the spread inside the region.
    """

    mask: Mask
    score: float


def regions(pixels: Pixels) -> list[Region]:
    """At most eight regions of a copy of about 400 pixels, shape (height, width, 3), largest first.

    The sides have at least 16 pixels. Together the regions cover the copy, and they do not overlap. A single
    region means that nothing stands out.
    """
    smooth: Pixels = cv2.pyrMeanShiftFiltering(pixels, _SPATIAL_RADIUS, _COLOUR_RADIUS, maxLevel=1).astype(np.uint8)
    pieces = _pieces(smooth)
    features = _features(smooth, pixels, pieces)
    numbers = _merge(pieces, features)
    masks = [numbers == number for number in range(numbers.max() + 1)]
    found = [Region(mask, _distinctness(mask, features)) for mask in masks]
    return sorted(found, key=lambda region: -int(region.mask.sum()))


def _features(smooth: Pixels, pixels: Pixels, pieces: Numbers) -> Floats:
    """Weighted Oklab and the roughness of each pixel's piece, shape (height, width, 4)."""
    light = oklab(pixels)[..., 0]
    roughness = np.sqrt(np.maximum(_means(pieces, light * light) - _means(pieces, light) ** 2, 0))
    features: Floats = np.dstack([oklab(smooth), roughness[pieces]]).astype(np.float32) * _WEIGHTS
    return features


def _means(pieces: Numbers, values: Floats) -> _Doubles:
    """The mean of each piece's values."""
    means: _Doubles = np.bincount(pieces.ravel(), values.ravel()) / np.bincount(pieces.ravel())
    return means


def _pieces(pixels: Pixels) -> Numbers:
    """Pixels numbered by the piece they belong to: basins of the colour gradient around the nodes of a grid."""
    height, width = pixels.shape[:2]
    step = max(4, int(np.sqrt(height * width / _MOST_PIECES)))
    markers = np.zeros((height, width), np.int32)
    rows, columns = np.arange(step // 2, height, step), np.arange(step // 2, width, step)
    markers[np.ix_(rows, columns)] = np.arange(1, rows.size * columns.size + 1).reshape(rows.size, columns.size)
    markers = cv2.watershed(pixels, markers).astype(np.int32)
    # The watershed leaves lines between basins and along the frame: they go to the largest neighbouring number.
    while (markers <= 0).any():
        grown = cv2.dilate(np.maximum(markers, 0).astype(np.float32), np.ones((3, 3), np.uint8))
        markers = np.where(markers <= 0, grown.astype(np.int32), markers)
    return np.unique(markers, return_inverse=True)[1].reshape(markers.shape)


def _merge(pieces: Numbers, features: Floats) -> Numbers:
    """The pixels numbered by region. Each step joins the two pieces that add least to the variance."""
    sizes = np.bincount(pieces.ravel())
    means = np.stack([_means(pieces, values) for values in np.moveaxis(features, 2, 0)], axis=1)
    owners = _joined(pieces, sizes, means)
    regions = range(int(owners.max()) + 1)
    of_regions = [np.average(means[owners == one], axis=0, weights=sizes[owners == one]) for one in regions]
    return _numbered(_same_colours(np.array(regions), np.array(of_regions))[owners[pieces]])


def _joined(pieces: Numbers, sizes: Numbers, means: _Doubles) -> Numbers:
    """The region of each piece by Ward's method (1963).

    The method has no weights, so a large piece is represented by several equal samples, which are joined first.
    """
    from scipy.cluster.hierarchy import fcluster
    from sklearn.cluster import ward_tree

    samples = np.repeat(np.arange(sizes.size), np.maximum(1, np.rint(sizes / _SAMPLE)).astype(np.intp))
    firsts = np.searchsorted(samples, np.arange(sizes.size))
    touching = _touching(pieces, samples, firsts)
    children, *_, distances = ward_tree(means[samples], connectivity=touching, return_distance=True)
    tree = np.column_stack([children, distances, np.zeros(len(children))])
    # The distance of two clusters is the root of twice what their joining adds to the sum of squares.
    different = fcluster(tree, np.sqrt(2 * samples.size * _STILL_DIFFERENT), "distance")
    owners: Numbers = different if different.max() <= MOST_REGIONS else fcluster(tree, MOST_REGIONS, "maxclust")
    return owners[firsts] - 1


def _touching(pieces: Numbers, samples: Numbers, firsts: Numbers) -> csr_array:
    """Which samples are neighbours, shape (samples, samples): the first ones of touching pieces, and those of a row."""
    across, down = (pieces[:, 1:], pieces[:, :-1]), (pieces[1:], pieces[:-1])
    borders = [firsts[np.stack([one.ravel(), other.ravel()])] for one, other in (across, down)]
    inside = np.flatnonzero(samples[1:] == samples[:-1])
    pairs = np.concatenate([*borders, np.stack([inside, inside + 1])], axis=1)
    return csr_array((np.ones(pairs.shape[1]), tuple(pairs)), shape=(samples.size, samples.size))


def _same_colours(owners: Numbers, means: _Doubles) -> Numbers:
    """Merges separate regions that look the same, for example the sky on both sides of a tower."""
    left = list(np.unique(owners))
    for position, one in enumerate(left):
        for other in left[position + 1 :]:
            if np.linalg.norm(means[one] - means[other]) < _SAME_COLOUR:
                owners[owners == other] = owners[one]
    return owners


def _numbered(owners: Numbers) -> Numbers:
    return np.unique(owners, return_inverse=True)[1].reshape(owners.shape)


def _distinctness(mask: Mask, features: Floats) -> float:
    inside = features[mask]
    ring = cv2.dilate(mask.astype(np.uint8), np.ones((15, 15), np.uint8)).astype(np.bool_) & ~mask
    if not ring.any():
        return 0.0
    mean = inside.mean(axis=0)
    distance = float(np.linalg.norm(mean - features[ring].mean(axis=0)))
    spread = float(np.sqrt(((inside - mean) ** 2).sum(axis=1).mean()))
    return distance / (distance + spread) if distance else 0.0
