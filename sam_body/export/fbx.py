"""FBX, where the user has Blender: skin, named joints and the clip of the GLB."""

from pathlib import Path

from sam_body.export import glb
from sam_body.motion import Motion
from sam_body.types import Body
from sam_body.video.types import Take
from shared.blender import missing_blender, write_fbx
from shared.exporting import Exporter


def write(body: Body, path: Path) -> None:
    """Let Blender turn the body's GLB into FBX.

    Args:
        body: The person.
        path: File to write.
    """
    write_fbx(lambda draft: glb.write_glb(body, draft), path)


def write_motion(motion: Motion, path: Path) -> None:
    """Let Blender turn the motion's GLB into FBX, a frame of the clip a frame of the FBX.

    Args:
        motion: The person and the clip.
        path: File to write.
    """
    write_fbx(lambda draft: glb.write_motion(motion, draft), path, frames_per_s=1 / motion.frame_s)


def write_take(take: Take, path: Path) -> None:
    """Let Blender turn the GLB of one person of a video into FBX.

    Args:
        take: The person.
        path: File to write.
    """
    write_motion(take.motion, path)


EXPORTERS = (
    Exporter(Body, ".fbx", write, "Rigged FBX (by Blender)", missing=missing_blender),
    Exporter(Motion, ".fbx", write_motion, "Animated FBX (by Blender)", missing=missing_blender),
    Exporter(Take, ".fbx", write_take, "Animated FBX (by Blender)", missing=missing_blender),
)
