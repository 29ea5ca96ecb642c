"""Put lifted things of one photo on a common ground plane, with sizes and distances that agree with it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sam_3d.ground import STRANGE, Ground, common, seen_box, tilt
from sam_3d.standing import level_of
from sam_3d.types import Shape
from sam_3d.usual_heights import Height, usual_height
from shared.errors import InputError
from shared.mesh import Camera, Mesh
from shared.raster import rasterise
from shared.scene import Scene, SceneNode

FIELD_OF_VIEW_DEG, PITCH_DEG = 55.0, 20.0
_PLATE_PART, _PLATE_MARGIN = 0.012, 0.12
_MEASURE_PX = 400
_HIGHEST = 0.95  # of the camera's height: from there on a surface is seen edge-on, and tells no distance
_TALLEST_M = 0.1  # what a thing of no usual height is printed at


@dataclass(frozen=True, eq=False)
class Item:
    """One thing to be placed.

    Args:
        name: What it is called; made unique.
        shape: Its mesh, and the camera before which it was made.
        mask: (H, W) bool in the photo.
        height_m: Its true height, when that is known (a person's), else None.
        stands_on: Index of the thing that carries it (`sam_3d.standing.carriers`), None for the ground.
    """

    name: str
    shape: Shape
    mask: NDArray[np.bool_]
    height_m: float | None = None
    stands_on: int | None = None


@dataclass(frozen=True, eq=False)
class Arrangement:
    """A scene, and how well it agrees with the photo.

    Args:
        scene: The things, metres.
        overlaps: For each item the IoU, 0..1, of its placed silhouette with its mask.
        distances_m: For each item how far from the camera it stands.
        pitch_deg: How far the assumed camera looks down.
        stands_on: For each item the index of the one that it was put on, None for the ground.
        warnings: What a user should know.
    """

    scene: Scene
    overlaps: tuple[float, ...]
    distances_m: tuple[float, ...]
    pitch_deg: float
    stands_on: tuple[int | None, ...]
    warnings: tuple[str, ...] = ()


def arrange(
    items: list[Item],
    size_px: tuple[int, int],
    *,
    field_of_view_deg: float = FIELD_OF_VIEW_DEG,
    pitch_deg: float = PITCH_DEG,
    tallest_mm: float | None = None,
    plate: bool = True,
) -> Arrangement:
    """Stand each thing upright where its lowest point in the photo meets the ground, or what it stands on.

    The camera's field of view is assumed, and that the ground is level. How far it looks down follows
    from the heights of people and of things of usual height (`sam_3d.usual_heights`), where there are two or
    more on the ground. Distances follow from the contact points and sizes from distances; the true scale
    from people's heights, else from that of the tallest thing where it is given, else from usual heights.

    Args:
        items: At least one.
        size_px: Width and height of the photo.
        field_of_view_deg: Along the photo's long side.
        pitch_deg: How far the camera is expected to look down; where no heights say otherwise it does, or
            more where a contact would lie above the horizon.
        tallest_mm: Height of the tallest thing, where no item's height is known. Without it, usual heights
            give the scale, and 100 mm where there are none.
        plate: Whether a thin ground plate named "ground" is added.

    Raises:
        InputError: No item, or a mask of another size than the photo.
    """
    if not items or any(item.mask.shape != (size_px[1], size_px[0]) for item in items):
        raise InputError("A scene wants at least one object, and masks of the photo's size.")
    ground, warnings = _ground(items, size_px, field_of_view_deg, pitch_deg)
    placed, carried = _all_placed(items, ground)
    names = _distinct([item.name for item in items])
    overlaps = tuple(_overlap(mesh, item.mask, ground) for mesh, item in zip(placed, items, strict=True))
    scale = _scale(items, placed, None if tallest_mm is None else tallest_mm / 1000)
    everything = np.concatenate([mesh.vertices for mesh in placed])
    middle = (everything.min(0) + everything.max(0)) / 2 * (1, 0, 1)
    nodes = [_node(*named, middle, scale) for named in zip(names, placed, strict=True)]
    if plate:
        nodes.append(_plate([node.in_world() for node in nodes]))
    distances = tuple(float(np.hypot(*mesh.vertices.mean(0)[[0, 2]]) * scale) for mesh in placed)
    warnings += _odd_places(names, items, carried)
    pitch = float(np.degrees(ground.pitch_rad))
    return Arrangement(Scene(tuple(nodes)), overlaps, distances, pitch, carried, tuple(warnings))


def _odd_places(names: list[str], items: list[Item], carried: tuple[int | None, ...]) -> list[str]:
    """Tell of each thing whose place is not known."""
    cut = [
        f"{name} is cut off by the photo's lower edge, so its place is guessed."
        for name, item in zip(names, items, strict=True)
        if item.mask[-1].any()
    ]
    lost = [
        f"{name} stands on {names[item.stands_on]}, but how high is not seen: it was put on the ground."
        for name, item, below in zip(names, items, carried, strict=True)
        if item.stands_on is not None and below is None
    ]
    return cut + lost


def _ground(
    items: list[Item], size_px: tuple[int, int], field_of_view_deg: float, pitch_deg: float
) -> tuple[Ground, list[str]]:
    width, height = size_px
    focal = max(size_px) / 2 / float(np.tan(np.radians(field_of_view_deg / 2)))
    camera = Camera(focal, (width / 2, height / 2), size_px)
    on_it = [n for n, item in enumerate(items) if item.stands_on is None] or list(range(len(items)))
    shapes, heights = [items[n].shape for n in on_it], [_height(items[n]) for n in on_it]
    found = tilt(shapes, heights, camera, expected_deg=pitch_deg)
    warnings = ["Camera, ground and sizes are assumed: one photo does not show them."]
    if found.by_heights:
        warnings[0] = (
            "The ground is assumed to be level. That the camera looks down by "
            f"{found.degrees:.0f}° follows from how high such things usually are."
        )
    elif found.least_deg > pitch_deg:
        least = found.least_deg
        warnings.append(f"For all to stand on the ground, the camera was taken to look down by {least:.0f}°.")
    names = _distinct([item.name for item in items])
    warnings += [
        f"{name} is far from its usual height: it may stand above the ground, or be only a part."
        for name, miss in zip([names[n] for n in on_it], found.strange, strict=True)
        if miss > STRANGE
    ]
    return Ground(camera, float(np.radians(found.degrees))), warnings


def _height(item: Item) -> Height | None:
    """Return how high a thing is: as told, else as its name says."""
    return usual_height(item.name) if item.height_m is None else Height(item.height_m, 0.0)


def _all_placed(items: list[Item], ground: Ground) -> tuple[list[Mesh], tuple[int | None, ...]]:
    """Stand each thing on the ground or on its carrier, which is placed before; tell who stands on whom."""
    placed: dict[int, Mesh] = {}
    carried: dict[int, int | None] = {}
    while len(placed) < len(items):
        ready = [n for n, item in enumerate(items) if n not in placed and item.stands_on in (None, *placed)]
        if not ready:
            raise InputError("Things that stand on one another in a circle cannot be placed.")
        for n in ready:
            below = items[n].stands_on
            level = None if below is None else level_of(placed[below], ground, items[n].mask)
            carried[n] = below if level is not None and level < _HIGHEST else None
            placed[n] = _placed(items[n], ground, level if level and carried[n] is not None else 0.0)
    numbers = range(len(items))
    return [placed[n] for n in numbers], tuple(carried[n] for n in numbers)


def _placed(item: Item, ground: Ground, level: float) -> Mesh:
    """Stand a mesh such that its picture's box is the one of the shape before its own camera."""
    mesh = item.shape.mesh
    side_px = max(item.mask.shape)
    vertices = ground.stand(mesh.vertices, item.shape, seen_box(item.shape), side_px, level)
    return replace(mesh, vertices=vertices, scale="metric")


def _overlap(mesh: Mesh, mask: NDArray[np.bool_], ground: Ground) -> float:
    """Return the IoU of a placed mesh's silhouette with its mask, on a picture of at most 400 pixels."""
    factor = min(1.0, _MEASURE_PX / max(mask.shape))
    size = (max(1, round(mask.shape[1] * factor)), max(1, round(mask.shape[0] * factor)))
    camera = Camera(ground.camera.focal_px * factor, (size[0] / 2, size[1] / 2), size)
    seen = rasterise(ground.world_to_camera(mesh.vertices), mesh.faces, camera).face >= 0
    rows = np.minimum(((np.arange(size[1]) + 0.5) / factor).astype(int), mask.shape[0] - 1)
    columns = np.minimum(((np.arange(size[0]) + 0.5) / factor).astype(int), mask.shape[1] - 1)
    small = mask[np.ix_(rows, columns)]
    return float((seen & small).sum() / max((seen | small).sum(), 1))


def _scale(items: list[Item], placed: list[Mesh], tallest_m: float | None) -> float:
    """Return metres a unit: from heights that are told, the tallest thing's, or those that names tell."""
    heights = [float(np.ptp(mesh.vertices[:, 1])) for mesh in placed]
    pairs = list(zip(items, heights, strict=True))
    if told := [item.height_m / height for item, height in pairs if item.height_m is not None]:
        return float(np.median(told))
    usual = [(one, height) for item, height in pairs if (one := _height(item))]
    if tallest_m is None and usual:
        logs = np.array([np.log(one.metres / height) for one, height in usual])
        return float(np.exp(common(logs, np.array([one.spread for one, _ in usual]))))
    return (tallest_m or _TALLEST_M) / max(heights)


def _node(name: str, mesh: Mesh, middle: NDArray[np.float64], scale: float) -> SceneNode:
    """Give a mesh an origin of its own below its middle, on what it stands on."""
    vertices = (mesh.vertices - middle) * scale
    low, high = vertices.min(0), vertices.max(0)
    origin = (low + high) / 2 * (1, 0, 1) + low * (0, 1, 0)
    return SceneNode(name, replace(mesh, vertices=vertices - origin), origin)


def _distinct(names: list[str]) -> list[str]:
    made: list[str] = []
    for number, name in enumerate(names):
        base = name.strip() or f"object {number + 1}"
        base = f"{base} object" if base == "ground" else base
        tries = [base, *(f"{base} {k}" for k in range(2, len(names) + 2))]
        made.append(next(one for one in tries if one not in made))
    return made


def _plate(meshes: list[Mesh]) -> SceneNode:
    points = np.concatenate([mesh.vertices for mesh in meshes])
    low, high = points.min(0), points.max(0)
    margin = _PLATE_MARGIN * float((high - low)[[0, 2]].max())
    thick = _PLATE_PART * float((high - low).max())
    corners = np.array([low[[0, 2]] - margin, high[[0, 2]] + margin])
    box = np.array([[corners[i, 0], y, corners[k, 1]] for y in (-thick, 0.0) for k in (0, 1) for i in (0, 1)])
    faces = [(0, 1, 2), (1, 3, 2), (4, 6, 5), (5, 6, 7), (0, 4, 1), (1, 4, 5), (2, 3, 6), (3, 7, 6)]
    faces += [(0, 2, 4), (2, 6, 4), (1, 5, 3), (3, 5, 7)]
    colors = np.full((8, 3), 150, np.uint8)
    return SceneNode("ground", Mesh(box, np.array(faces), colors=colors, scale="metric"), np.zeros(3))
