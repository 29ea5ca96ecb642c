"""The command `segstudio`: the same verbs as the web app, for terminals and scripts."""

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from apps import recipes
from apps.cli_bar import Bar
from apps.cli_body import add_joint_flags, add_verbs, joints_from, people_lines
from apps.cli_photos import INPUTS, add_mat
from apps.cli_prompts import add_depth_flags, add_prompt_flags, prompts_from
from apps.cli_steps import add_step_flags, chain_of, listing
from apps.manifest import suite_version
from apps.recipes import Recipe
from apps.session import beside
from apps.task import TaskKind, tasks
from shared.errors import StudioError
from shared.params import Parameter, parameters
from shared.progress import Progress

GROUPS = {
    "audio": "separate sound by prompt",
    "image": "segment a picture by prompt",
    "3d": "lift an object of a photo to a mesh",
    "body": "people in a photo or a video as rigged bodies",
}

SIGNED_FLAGS = ("--span", "--band", "--pan", "--like", "--point", "--box")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 when it did, 1 when a check failed, 2 for wrong input, 130 when stopped."""
    parsed = _parser().parse_args(_joined(sys.argv[1:] if arguments is None else arguments))
    try:
        return parsed.act(parsed) or 0
    except StudioError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; nothing was written", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _joined(arguments: Sequence[str]) -> list[str]:
    """Join a prompt flag and a value that starts with "-", which argparse would take for a flag."""
    joined: list[str] = []
    for text in arguments:
        if joined and joined[-1] in SIGNED_FLAGS and re.match(r"-[\d.]", text):
            joined[-1] += f"={text}"
        else:
            joined.append(text)
    return joined


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="segstudio",
        description="Segment sound, objects and people, and take the result home.",
    )
    parser.add_argument("--version", action="version", version=f"segstudio {suite_version()}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    groups = {}
    for kind in tasks().values():
        group, verb = kind.command
        if group not in groups:
            sub = commands.add_parser(group, help=GROUPS[group])
            groups[group] = sub.add_subparsers(required=True, metavar="VERB")
        _add_task(groups[group].add_parser(verb, help=kind.title.lower()), kind)
    add_verbs(groups["body"], print)
    _add_tags(groups["audio"].add_parser("tags", help="name what is in a recording"))
    _add_music(groups["audio"].add_parser("music", help="tell tempo, beats, key and tuning"))
    _add_modes(groups["3d"].add_parser("modes", help="show which shapes fit what is marked"))
    _add_check(groups["3d"].add_parser("check", help="check a mesh for printing, and mend it"))
    add_mat(groups["3d"].add_parser("mat", help="write the marker mat for several photos"), print)
    _add_run(commands.add_parser("run", help="run a recipe, or a manifest again"))
    _add_models(commands.add_parser("models", help="list engines; get their weights"))
    _add_steps(commands.add_parser("effects", help="list effects and their parameters"))
    _add_web(commands.add_parser("web", help="serve the web app"))
    return parser


def _add_task(parser: argparse.ArgumentParser, kind: TaskKind) -> None:
    parser.add_argument("input", metavar="IN", help=INPUTS[kind.media])
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the result")
    add_prompt_flags(parser, kind.media, masks=kind.command[0] != "body")
    if kind.command[0] == "3d" and kind.media == "picture":
        add_depth_flags(parser)
    if kind.command[0] == "body" and kind.media != "video":
        add_joint_flags(parser)
    parser.add_argument("--engine", default="auto", help="engine id, see `segstudio models` (%(default)s)")
    offer = ",".join(kind.formats)
    usual = ",".join(kind.default_formats)
    parser.add_argument("--formats", default="", help=f"comma list of {offer} (default {usual})")
    for parameter in parameters(kind.options):
        _add_option(parser, parameter)
    add_step_flags(parser, kind)
    parser.set_defaults(act=_run_task, kind=kind)


def _add_option(parser: argparse.ArgumentParser, parameter: Parameter) -> None:
    flag = "--" + parameter.name.replace("_", "-")
    if parameter.kind is bool:
        parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, help=parameter.doc)
        return
    span = parameter.range
    limits = f" {span.low:g} to {span.high:g} {span.unit}".rstrip() + "," if span else ""
    offer = f" one of {', '.join(parameter.choices)}," if parameter.choices else ""
    note = f"{parameter.doc}{limits}{offer} default {parameter.default}"
    parser.add_argument(flag, default=None, metavar=parameter.name.upper(), help=note.replace("%", "%%"))


def _run_task(parsed: argparse.Namespace) -> None:
    kind: TaskKind = parsed.kind
    names = [p.name for p in parameters(kind.options)]
    recipe = Recipe(
        task=kind.name,
        input=parsed.input,
        prompts=(*prompts_from(parsed), *(joints_from(parsed) if hasattr(parsed, "joint") else ())),
        engine=parsed.engine,
        options={n: getattr(parsed, n) for n in names if getattr(parsed, n) is not None},
        chain=chain_of(parsed),
        formats=tuple(f for f in parsed.formats.split(",") if f),
    )
    _run_recipe(recipe, parsed.out)


def _run_recipe(recipe: Recipe, folder: str) -> None:
    from apps.runner import run

    shown = sys.stderr.isatty()
    result = run(recipe, folder, progress=Progress(Bar()) if shown else None)
    if shown:
        print(file=sys.stderr)
    for engine in result.manifest["engines"]:
        print(f"engine   {engine['title']} [{engine['tier']}]: {engine['why']}")
    if tasks()[recipe.task].command[0] == "body":
        print(*people_lines(result.manifest["facts"]), sep="\n")
    for warning in result.manifest["warnings"]:
        print(f"warning  {warning}")
    for path in result.files:
        print(f"wrote    {path}")


def _add_tags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="IN", help="a sound file")
    parser.add_argument(
        "--name", action="append", default=[], dest="names", help="look for this sound; repeat for several"
    )
    parser.add_argument("--engine", default="auto", help="engine id, see `segstudio models` (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(act=_tags)


def _tags(parsed: argparse.Namespace) -> None:
    from apps import tags

    shown = sys.stderr.isatty()
    heard = tags.heard(parsed.input, parsed.names, parsed.engine, Progress(Bar()) if shown else Progress())
    if shown:
        print(file=sys.stderr)
    print(json.dumps(heard.to_json(), indent=2) if parsed.json else tags.as_text(heard))


def _add_music(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="IN", help="a sound file")
    parser.add_argument("--json", action="store_true", help="print JSON, with the time of every beat")
    parser.set_defaults(act=_music)


def _music(parsed: argparse.Namespace) -> None:
    from sam_audio.music import CLEAR_PULSE, measure_music
    from shared.loading import load_audio

    source: Any = load_audio(parsed.input)
    found = measure_music(source)
    if parsed.json:
        print(json.dumps(found.to_json(), indent=2))
        return
    beat = "" if found.pulse >= CLEAR_PULSE else ", but there is hardly a beat"
    print(f"tempo    {found.tempo_bpm:g} beats a minute{beat}")
    print(f"key      {found.key}, else {found.second_key} (ahead by {found.key_margin:g})")
    print(f"tuning   {found.tuning_cents:+g} cents from A = 440 Hz")
    print("lengths  " + ", ".join(f"{name} {value:g} ms" for name, value in found.lengths_ms.items()))


def _add_modes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("input", metavar="IN", help="a picture file")
    add_prompt_flags(parser, "picture")
    parser.add_argument("--mask-engine", default="auto", help="engine of the mask (%(default)s)")
    parser.add_argument("--out", metavar="DIR", help="folder for a small picture of each shape")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(act=_modes)


def _modes(parsed: argparse.Namespace) -> None:
    from apps import shapes

    offered = shapes.suggestions(parsed.input, prompts_from(parsed), mask_engine=parsed.mask_engine)
    print(json.dumps(shapes.to_json(offered), indent=2) if parsed.json else shapes.as_text(offered))
    for path in shapes.write_pictures(offered, parsed.out) if parsed.out else []:
        print(f"wrote    {path}", file=sys.stderr)


def _add_check(parser: argparse.ArgumentParser) -> None:
    from sam_3d.printing.printers import ANY, PRINTER_IDS

    parser.add_argument("input", metavar="IN", help="STL, 3MF, OBJ, PLY, GLB, OFF, or the folder of a lift")
    parser.add_argument("--height-mm", type=float, help="scale it to this height first")
    parser.add_argument("--printer", choices=PRINTER_IDS, default=ANY, help="printer that it has to fit")
    parser.add_argument("--infill-percent", type=float, default=15.0, help="for the weight (%(default)s)")
    parser.add_argument("--fix", metavar="FILE", help="write it mended, as .stl, .3mf, .glb, .ply or .obj")
    parser.add_argument("--heat-map", metavar="PNG", help="draw how thick the walls are")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(act=_check)


def _check(parsed: argparse.Namespace) -> int:
    from apps import prints
    from shared.exporting import export

    found = prints.check_file(
        parsed.input,
        mend=bool(parsed.fix),
        height_mm=parsed.height_mm,
        printer=parsed.printer,
        infill_percent=parsed.infill_percent,
    )
    print(json.dumps(found.to_json(), indent=2) if parsed.json else found.as_text())
    written = [export(found.mesh, parsed.fix, package="sam_3d.export")] if parsed.fix else []
    if parsed.heat_map:
        prints.write_heat_map(found, parsed.heat_map)
        written.append(Path(parsed.heat_map))
    for path in written:
        print(f"wrote    {path}", file=sys.stderr)
    return 0 if found.report.printable else 1


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("recipe", metavar="RECIPE", help="recipe, manifest or session (JSON)")
    parser.add_argument("--input", metavar="IN", help="use this file in place of the recipe's")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the result")
    parser.set_defaults(act=_run_again)


def _run_again(parsed: argparse.Namespace) -> None:
    recipe = beside(recipes.from_json(recipes.read_json(parsed.recipe)), Path(parsed.recipe).parent)
    _run_recipe(recipe.with_input(parsed.input) if parsed.input else recipe, parsed.out)


def _add_models(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=["list", "get"], default="list")
    parser.add_argument("name", nargs="?", help="what to get")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(act=_models)


def _models(parsed: argparse.Namespace) -> None:
    from apps import models

    if parsed.action == "get":
        shown = sys.stderr.isatty()
        print(models.offer(parsed.name or ""), flush=True)
        folder = models.get(parsed.name or "", Progress(Bar()) if shown else Progress())
        print(("\n" if shown else "") + f"ready in {folder}")
        return
    rows = models.rows()
    print(json.dumps(rows, indent=2) if parsed.json else models.as_text(rows))


def _add_steps(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(act=_list_steps)


def _list_steps(_: argparse.Namespace) -> None:
    for line in listing():
        print(line)


def _add_web(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="first port to try (%(default)s)")
    parser.set_defaults(act=_web)


def _web(parsed: argparse.Namespace) -> None:
    from apps.web.app import serve

    serve(host=parsed.host, port=parsed.port)


if __name__ == "__main__":
    sys.exit(main())
