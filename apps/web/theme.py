"""The look: colours, type and shape, light and dark. Fonts are the ones that ship with Gradio."""

from pathlib import Path

from gradio.themes import Base
from gradio.themes.utils import sizes
from gradio.themes.utils.colors import Color
from gradio.themes.utils.fonts import LocalFont

STYLE = Path(__file__).with_name("style.css")
SANS = (LocalFont("IBM Plex Sans", (400, 700)), "ui-sans-serif", "system-ui", "sans-serif")
MONO = (LocalFont("IBM Plex Mono", (400,)), "ui-monospace", "monospace")
IRIS = Color(
    "#f4f3ff",
    "#ebe9fe",
    "#d9d6fe",
    "#bdb4fe",
    "#9b8afb",
    "#7a5af8",
    "#6541e6",
    "#5533c7",
    "#452b9f",
    "#37247f",
    "#21164f",
    name="iris",
)
SLATE = Color(
    "#fbfbfc",
    "#f4f4f7",
    "#e6e6ec",
    "#d0d0da",
    "#9a9aaa",
    "#6d6d7e",
    "#50505f",
    "#3a3a47",
    "#26262f",
    "#1b1b22",
    "#121217",
    name="slate",
)
ACCENT = {"color_accent": "*primary_600"}
PAGE = {
    "body_background_fill": "*neutral_100",
    "body_background_fill_dark": "*neutral_950",
    "body_text_color": "*neutral_900",
    "body_text_color_dark": "*neutral_100",
    "body_text_color_subdued": "*neutral_600",
    "body_text_color_subdued_dark": "*neutral_400",
    "background_fill_primary": "#ffffff",
    "background_fill_primary_dark": "*neutral_900",
    "background_fill_secondary": "*neutral_100",
    "background_fill_secondary_dark": "*neutral_800",
    "border_color_primary": "*neutral_200",
    "border_color_primary_dark": "*neutral_700",
    "border_color_accent": "*primary_600",
    "border_color_accent_dark": "*primary_400",
    "color_accent_soft": "*primary_50",
    "color_accent_soft_dark": "#2a2348",
}
BLOCKS = {
    "block_background_fill": "*background_fill_primary",
    "block_background_fill_dark": "*background_fill_primary",
    "block_border_width": "0px",
    "block_shadow": "none",
    "block_radius": "12px",
    "block_label_background_fill": "*background_fill_secondary",
    "block_label_text_color": "*body_text_color_subdued",
    "block_title_text_color": "*body_text_color",
    "block_title_text_weight": "600",
    "panel_border_width": "0px",
    "input_background_fill": "*background_fill_primary",
    "input_background_fill_dark": "*neutral_950",
    "input_border_color": "*neutral_300",
    "input_border_color_dark": "*neutral_700",
    "input_border_width": "1px",
    "input_border_color_focus": "*primary_600",
    "input_border_color_focus_dark": "*primary_400",
    "input_radius": "10px",
    "checkbox_border_color": "*neutral_500",
    "checkbox_border_color_dark": "*neutral_400",
    "input_shadow": "none",
    "input_shadow_focus": "0 0 0 3px *primary_200",
    "input_shadow_focus_dark": "0 0 0 3px *primary_800",
}
BUTTONS = {
    "button_primary_background_fill": "*primary_600",
    "button_primary_background_fill_dark": "*primary_500",
    "button_primary_background_fill_hover": "*primary_700",
    "button_primary_background_fill_hover_dark": "*primary_600",
    "button_primary_text_color": "#ffffff",
    "button_primary_border_color": "transparent",
    "button_secondary_background_fill": "*background_fill_primary",
    "button_secondary_background_fill_dark": "*neutral_800",
    "button_secondary_background_fill_hover": "*neutral_100",
    "button_secondary_background_fill_hover_dark": "*neutral_700",
    "button_secondary_border_color": "*neutral_300",
    "button_secondary_border_color_dark": "*neutral_700",
    "button_border_width": "1px",
    "button_large_radius": "12px",
    "button_small_radius": "10px",
    "button_large_text_weight": "600",
    "button_transform_hover": "none",
    "slider_color": "*primary_600",
    "slider_color_dark": "*primary_400",
}


def theme() -> Base:
    """Return the theme, for `launch(theme=...)`."""
    base = Base(
        primary_hue=IRIS,
        secondary_hue=IRIS,
        neutral_hue=SLATE,
        text_size=sizes.text_md,
        spacing_size=sizes.spacing_md,
        radius_size=sizes.radius_md,
        font=SANS,
        font_mono=MONO,
    )
    return base.set(**ACCENT, **PAGE, **BLOCKS, **BUTTONS)


def style() -> str:
    """Return the page's own style sheet, for `launch(css=...)`."""
    return STYLE.read_text("utf8")
