"""Our own components: `components/NAME.html`, `.css` and `.js`, sent inline with the page.

A long script is told in parts: `NAME.part.js`, all of them before `NAME.js`, which alone acts when read.
"""

from abc import ABCMeta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import gradio as gr
from gradio.component_meta import ComponentMeta, updateable

FOLDER = Path(__file__).with_name("components")


@cache
def template(name: str) -> dict[str, str]:
    """Return the `gr.HTML` arguments of one component: its markup, style and script.

    Markup and style hold no user data: the scripts draw those as text nodes, so nothing needs escaping.
    """
    scripts = [*sorted(FOLDER.glob(f"{name}.*.js")), FOLDER / f"{name}.js"]
    return {
        "html_template": (FOLDER / f"{name}.html").read_text("utf8"),
        "css_template": (FOLDER / f"{name}.css").read_text("utf8"),
        "js_on_load": "\n".join(path.read_text("utf8") for path in scripts),
    }


class WidgetMeta(ComponentMeta):
    """Makes component classes without writing a `.pyi` beside the source, which Gradio's own does."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> type:
        """Make the class; events are inherited, so only the constructor wants Gradio's wrapper."""
        if "__init__" in attrs:
            attrs["__init__"] = updateable(attrs["__init__"])
        return ABCMeta.__new__(cls, name, bases, attrs)


class Widget(gr.HTML, metaclass=WidgetMeta):
    """Base of our components; a subclass names its files."""

    files: ClassVar[str] = ""

    def __init__(self, value: Any = None, **settings: Any) -> None:
        own = {**template(self.files), "apply_default_css": False, "padding": False}
        super().__init__(value, **{**own, **settings})

    def __getattr__(self, name: str) -> Any:
        # gr.HTML takes every quoted word of the script for an event; our properties are none.
        if name in self.__dict__.get("props", ()):
            raise AttributeError(name)
        return super().__getattr__(name)
