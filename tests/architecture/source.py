"""The product's own source, parsed once, for the tests that check its rules."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIBRARY = ("shared", "sam_audio", "sam_3d", "sam_body", "apps")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of the product: its path below the root, text and syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        return self.path.partition("/")[0]

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    def imports(self) -> list[tuple[int, str]]:
        """Every imported module, wherever in the file: (line, dotted name)."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found.append((node.lineno, "." * node.level + (node.module or "")))
        return found


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """All modules below these folders; of the whole library when none is named."""
    found = paths(*(folders or LIBRARY))
    return tuple(
        Module(str(p.relative_to(ROOT)), text := p.read_text("utf8"), ast.parse(text)) for p in found
    )


def paths(*folders: str) -> list[Path]:
    """Every file of Python below these folders."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def top_level_imports(tree: ast.Module) -> list[str]:
    """Names imported when the module is imported: not in functions, not under TYPE_CHECKING."""
    found: list[str] = []
    todo: list[ast.stmt] = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            todo += node.orelse
        elif not isinstance(node, Function):
            todo += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
    return found


def body_lines(function: Function) -> int:
    """Length of a function from `def` to its end, without docstring and decorators."""
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length
