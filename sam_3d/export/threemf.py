"""3MF for printing: millimetres (the file says so), z up, standing on z = 0."""

import zipfile
from pathlib import Path

from sam_3d.sizing import sized_mm, z_up
from sam_3d.types import Reconstruction
from shared.exporting import Exporter
from shared.normals import weld

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>'
    "</Types>"
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Target="/3D/3dmodel.model" Id="rel0" '
    'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>'
)
_MODEL = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<model unit="millimeter" xml:lang="en-US" '
    'xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"><resources>'
    '<object id="1" type="model"><mesh>'
    "<vertices>{vertices}</vertices><triangles>{triangles}</triangles></mesh>"
    '</object></resources><build><item objectid="1"/></build></model>'
)


def write(result: Reconstruction, path: Path, *, height_mm: float | None = None) -> None:
    """Write one object of the 3MF core specification, without colours.

    Args:
        result: A lifted object.
        path: Where to write.
        height_mm: Extent along z for meshes without true size; 100 when None.
    """
    points = z_up(sized_mm(result, height_mm))
    first, place = weld(points)
    corners = points[first].tolist()
    vertices = "".join(f'<vertex x="{x:.6f}" y="{y:.6f}" z="{z:.6f}"/>' for x, y, z in corners)
    faces = place[result.mesh.faces].tolist()
    triangles = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in faces)
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "3D/3dmodel.model": _MODEL.format(vertices=vertices, triangles=triangles),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            # ZipInfo's own date of 1980: the same object gives the same bytes at any hour.
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)


EXPORTERS = (Exporter(Reconstruction, ".3mf", write, "3MF (3D printing, mm)"),)
