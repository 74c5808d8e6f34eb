"""A picture cut into a few regions of like colour and texture: a watershed's many pieces, merged until few are left."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from inference_core.engine.builtin.vision.colours import Floats, Pixels, oklab

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]
_Doubles = npt.NDArray[np.float64]

MOST_REGIONS = 8

_SPATIAL_RADIUS = 6
_COLOUR_RADIUS = 18
_MOST_PIECES = 500
# Oklab's colours reach 0.3 where its lightness reaches 1, and shadows should not cut things in two.
_WEIGHTS = np.array([0.8, 2.5, 2.5, 1.0], np.float32)
_STILL_DIFFERENT = 4e-4
_SAME_COLOUR = 0.05


@dataclass(frozen=True, slots=True)
class Region:
    """`mask` covers pixels of the copy that was cut, in one or several pieces.

    `score`, 0 to 1, says how much the region stands out: the distance of its mean colour and texture from those of its
    surroundings, by that distance and the spread inside the region together.
    """

    mask: Mask
    score: float


def regions(pixels: Pixels) -> list[Region]:
    """The at most eight regions of a copy of some 400 pixels, shape (height, width, 3), largest first.

    The sides have at least 16 pixels. Together the regions cover the copy, and none overlaps another. One alone
    means that nothing stands out.
    """
    smooth: Pixels = cv2.pyrMeanShiftFiltering(pixels, _SPATIAL_RADIUS, _COLOUR_RADIUS, maxLevel=1).astype(np.uint8)
    pieces = _pieces(smooth)
    features = _features(smooth, pixels, pieces)
    numbers = _merge(pieces, features)
    masks = [numbers == number for number in range(numbers.max() + 1)]
    found = [Region(mask, _distinctness(mask, features)) for mask in masks]
    return sorted(found, key=lambda region: -int(region.mask.sum()))


def _features(smooth: Pixels, pixels: Pixels, pieces: Numbers) -> Floats:
    """Weighted Oklab and the roughness of the piece a pixel belongs to, shape (height, width, 4)."""
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
    """The pixels numbered by region. Always the two pieces are joined whose joining adds least to the variance."""
    count = int(pieces.max()) + 1
    sizes = np.bincount(pieces.ravel()) / pieces.size
    means = np.stack([_means(pieces, values) for values in np.moveaxis(features, 2, 0)], axis=1)
    touching = _touching(pieces, count)
    costs = np.where(touching, _costs(sizes[:, None], sizes, means[:, None], means), np.inf)
    owners = np.arange(count)
    for left in range(count, 1, -1):
        one, other = divmod(int(costs.argmin()), count)
        if not np.isfinite(costs[one, other]) or (left <= MOST_REGIONS and costs[one, other] > _STILL_DIFFERENT):
            break
        means[one] = np.average(means[[one, other]], axis=0, weights=sizes[[one, other]])
        sizes[one] += sizes[other]
        touching[one] |= touching[other]
        touching[:, one] = touching[one]
        touching[one, one] = touching[other] = touching[:, other] = False
        costs[other] = costs[:, other] = np.inf
        costs[one] = np.where(touching[one], _costs(sizes[one], sizes, means[one], means), np.inf)
        costs[:, one] = costs[one]
        owners[owners == other] = one
    return _numbered(_same_colours(owners, means)[pieces])


def _touching(pieces: Numbers, count: int) -> Mask:
    touching = np.zeros((count, count), np.bool_)
    for first, second in ((pieces[1:], pieces[:-1]), (pieces[:, 1:], pieces[:, :-1])):
        touching[first, second] = touching[second, first] = True
    np.fill_diagonal(touching, False)
    return touching


def _costs(size: _Doubles, sizes: _Doubles, mean: _Doubles, means: _Doubles) -> _Doubles:
    """What joining adds to the variance within regions (Ward 1963); sizes are shares of the picture."""
    cost: _Doubles = size * sizes / (size + sizes) * ((mean - means) ** 2).sum(axis=-1)
    return cost


def _same_colours(owners: Numbers, means: _Doubles) -> Numbers:
    """Regions apart from each other that look the same are one: sky on both sides of a tower."""
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
