"""Files and functions stay short, documented and typed; library code neither prints nor asserts."""

import ast

from tests.architecture.source import LIBRARY, ROOT, Function, Module, body_lines, modules, paths

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "misc", "stuff", "base_utils", "lib"}
# The command line is the one place that talks to a terminal and ends the process.
SPEAKS = {"apps/cli.py", "apps/__main__.py"}


def test_files_are_short():
    long = {m.path: len(m.lines) for m in modules() if len(m.lines) > MAX_FILE_LINES}
    assert long == {}


def test_functions_are_short():
    long = {
        f"{m.path}:{f.lineno} {f.name}": body_lines(f)
        for m in modules()
        for f in m.functions()
        if body_lines(f) > MAX_FUNCTION_LINES
    }
    assert long == {}


def test_files_are_named_after_an_idea():
    everywhere = paths(*LIBRARY, "spaces", "tools", "tests")
    assert [str(path) for path in everywhere if path.stem in VAGUE_NAMES] == []


def test_library_code_never_asserts_prints_exits_or_uses_globals():
    wrong = []
    for module in modules():
        for node in ast.walk(module.tree):
            called = node.func if isinstance(node, ast.Call) else None
            name = ast.unparse(called) if called else ""
            speaks = name in ("print", "sys.exit", "exit", "quit", "os._exit", "breakpoint", "input")
            if isinstance(node, ast.Assert | ast.Global) or (speaks and module.path not in SPEAKS):
                wrong.append(f"{module.path}:{node.lineno} {name or type(node).__name__}")
    assert wrong == []


def test_a_broad_except_says_why_or_raises_again():
    wrong = []
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ExceptHandler) and _broad(node) and not _raises_again(node):
                around = module.lines[node.lineno - 2 : node.body[0].lineno]
                if not any("#" in line for line in around):
                    wrong.append(f"{module.path}:{node.lineno}")
    assert wrong == []


def _broad(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or ast.unparse(handler.type) in ("Exception", "BaseException")


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise)


def test_modules_and_public_names_have_docstrings():
    missing = [m.path for m in modules() if m.text.strip() and not ast.get_docstring(m.tree)]
    for module in modules():
        missing += [f"{module.path}:{n.lineno} {n.name}" for n in _public(module) if not ast.get_docstring(n)]
    assert missing == []


def _public(module: Module) -> list[Function | ast.ClassDef]:
    """Public functions and classes of a module, and the public methods of those classes."""
    found: list[Function | ast.ClassDef] = []
    for node in module.tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            found.append(node)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not _is_protocol(node):
            found += [n for n in node.body if isinstance(n, Function) and not n.name.startswith("_")]
    return found


def _is_protocol(node: ast.ClassDef) -> bool:
    return any("Protocol" in ast.unparse(base) for base in node.bases)


def test_functions_are_fully_annotated():
    wrong = []
    for module in modules():
        for function in module.functions():
            arguments = function.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            every += [a for a in (arguments.vararg, arguments.kwarg) if a]
            bare = [a.arg for a in every if a.annotation is None and a.arg not in ("self", "cls", "_")]
            if bare or function.returns is None:
                wrong.append(f"{module.path}:{function.lineno} {function.name} {bare or 'return'}")
    assert wrong == []


def test_booleans_are_passed_by_name():
    wrong = []
    for module in modules():
        for function in module.functions():
            positional = [*function.args.posonlyargs, *function.args.args]
            flags = [a.arg for a in positional if a.annotation and ast.unparse(a.annotation) == "bool"]
            if flags and not function.name.startswith("_"):
                wrong.append(f"{module.path}:{function.lineno} {function.name} {flags}")
    assert wrong == []


def test_shell_scripts_are_executable_and_strict():
    scripts = [*(ROOT / "tools").rglob("*.sh"), ROOT / ".ci" / "run"]
    assert len(scripts) >= 4
    for script in scripts:
        assert script.stat().st_mode & 0o111, script
        assert "set -euo pipefail" in script.read_text()
