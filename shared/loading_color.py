"""Convert what picture files hold (CMYK, 16-bit, palette, gray, float, profiles) to 8-bit sRGB and alpha."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def to_srgb(file: Any) -> tuple[Pixels, Pixels | None]:
    """Convert a loaded Pillow picture of any mode.

    Args:
        file: `PIL.Image.Image`.

    Returns:
        (H, W, 3) uint8 sRGB pixels, and (H, W) uint8 alpha or None.
    """
    if file.mode.startswith(("I", "F")):
        gray = _to_8_bit(np.asarray(file))
        return np.repeat(gray[:, :, None], 3, axis=2), None
    alpha = None
    if file.mode in ("RGBA", "RGBa", "LA", "La", "PA") or "transparency" in file.info:
        file = _with_profile_of(file, file.convert("RGBA"))
        alpha = np.asarray(file.getchannel("A"))
        file = _with_profile_of(file, file.convert("RGB"))
    elif file.mode == "P":
        file = _with_profile_of(file, file.convert("RGB"))
    return np.asarray(_profiled(file).convert("RGB")), alpha


def _with_profile_of(old: Any, new: Any) -> Any:
    new.info["icc_profile"] = old.info.get("icc_profile")
    return new


def _to_8_bit(values: NDArray[Any]) -> Pixels:
    """Scale 16-bit (0..65535), 32-bit and float gray to 0..255.

    Whole numbers: 65535 is white, as in 16-bit PNG and TIFF; if a larger one occurs, the largest is.
    Floats: 1 is white; if a larger one occurs, the largest is. NaN becomes black.
    """
    numbers = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    white = max(1.0 if values.dtype.kind == "f" else 65535.0, float(numbers.max(initial=0.0)))
    return np.clip(np.rint(numbers * (255.0 / white)), 0, 255).astype(np.uint8)


def _profiled(file: Any) -> Any:
    """Convert through the embedded ICC profile to sRGB RGB; the picture itself when there is none."""
    from PIL import ImageCms

    data = file.info.get("icc_profile")
    if not data:
        return file
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        facts: Any = profile.profile
        spaces = {"RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK", "L": "GRAY"}
        if (
            spaces.get(file.mode) != facts.xcolor_space.strip()
            or "srgb" in (facts.profile_description or "").lower()
        ):
            return file
        return ImageCms.profileToProfile(file, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    # A damaged profile is no reason to refuse the picture: colours are then taken as sRGB.
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return file
