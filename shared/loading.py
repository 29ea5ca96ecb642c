"""Read what a user brings: sound as a streamed `AudioFile`, a picture as `Image`, a mask as `MaskHint`.

Every check that needs no decoding (size, length, channels, pixels) is made before decoding; see
`shared.limits` for the limits and their settings.
"""

from shared.limits import Limits
from shared.loading_audio import AudioFile, load_audio
from shared.loading_image import load_image, load_mask

__all__ = ["AudioFile", "Limits", "load_audio", "load_image", "load_mask"]
