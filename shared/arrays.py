"""Check arrays at birth: shape and dtype, finite values, read-only afterwards."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.errors import InputError


def frozen(
    name: str, value: Any, dtype: Any, shape: Sequence[int | None], *, finite: bool = True
) -> NDArray[Any]:
    """Return `value` as a read-only array of the wanted dtype and shape.

    Args:
        name: What the array is called in an error message.
        value: Any array-like; copied only when the dtype or the memory layout asks for it.
        dtype: Wanted numpy dtype.
        shape: Wanted length of each axis; None where any length will do.
        finite: Whether to refuse NaN and infinity in floating-point arrays.

    Returns:
        A read-only view (or converted copy); the caller's own array stays writeable.

    Raises:
        InputError: The number of axes, a length or a value is wrong.
    """
    array = np.asarray(value)
    wanted = f"({', '.join('any' if n is None else str(n) for n in shape)})"
    fits = array.ndim == len(shape) and all(n in (None, m) for n, m in zip(shape, array.shape, strict=False))
    if not fits:
        raise InputError(f"{name} wants the shape {wanted}, but has {array.shape}.")
    array = np.ascontiguousarray(array, dtype=dtype) if array.dtype != np.dtype(dtype) else array
    if finite and array.dtype.kind == "f" and not np.isfinite(array).all():
        raise InputError(f"{name} holds NaN or infinite values.", "Replace them by numbers first.")
    view = array.view()
    view.flags.writeable = False
    return view


def content_key(*parts: Any) -> str:
    """Return the sha256 (hex) of arrays and scalars: equal content, equal key."""
    import hashlib

    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            digest.update(f"{part.dtype.str}{part.shape}".encode())
            digest.update(np.ascontiguousarray(part).data)
        else:
            digest.update(repr(part).encode())
    return digest.hexdigest()
