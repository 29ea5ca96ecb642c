"""Find what a folder of modules declares: a new engine, effect or exporter is one new file."""

import importlib
import pkgutil
from functools import cache
from typing import Any


@cache
def declared(package: str, attribute: str) -> tuple[Any, ...]:
    """Collect a module-level tuple of this name from each module of a package, by module name.

    Args:
        package: Dotted name of the folder, such as "sam_audio.effects".
        attribute: Name of the tuple, such as "SPECS"; modules without one are skipped.
    """
    home = importlib.import_module(package)
    names = sorted(module.name for module in pkgutil.iter_modules(home.__path__))
    modules = (importlib.import_module(f"{package}.{name}") for name in names)
    return tuple(item for module in modules for item in getattr(module, attribute, ()))
