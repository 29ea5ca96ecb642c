"""Imports go one way: shared, then the three packages, then apps, then spaces."""

from tests.architecture.source import LIBRARY, ROOT, modules

MAY_IMPORT = {
    "shared": {"shared"},
    "sam_audio": {"shared", "sam_audio"},
    "sam_3d": {"shared", "sam_3d"},
    "sam_body": {"shared", "sam_body"},
    "apps": set(LIBRARY),
}
OURS = {*LIBRARY, "tests", "tools", "benchmarks"}


def test_the_tree_is_all_there():
    assert all((ROOT / name / "__init__.py").is_file() for name in LIBRARY)
    assert len(modules()) > 40


def test_layers_import_only_what_lies_below():
    wrong = [
        f"{module.path}:{line} imports {name}"
        for module in modules()
        for line, name in module.imports()
        if name.split(".")[0] in OURS - MAY_IMPORT[module.package]
    ]
    assert wrong == []


def test_imports_are_absolute():
    wrong = [f"{m.path}:{line} {name}" for m in modules() for line, name in m.imports() if name[0] == "."]
    assert wrong == []


def test_gradio_is_imported_by_the_web_app_alone():
    wrong = [
        f"{module.path}:{line}"
        for module in modules()
        for line, name in module.imports()
        if name.split(".")[0] in ("gradio", "gradio_client") and not module.path.startswith("apps/web/")
    ]
    assert wrong == []


def test_the_spaces_folder_does_not_hide_the_package_of_that_name():
    assert (ROOT / "spaces").is_dir()
    assert not list((ROOT / "spaces").rglob("__init__.py"))
