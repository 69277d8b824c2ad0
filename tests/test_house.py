"""The house rules, held by tests."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import tomllib
from pathlib import Path

import pytest
import typer
import yaml

import communitylab
from communitylab import errors

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "communitylab"

# Each room may import only from those to its left.
_ORDER = """
    errors private colours days sheets csv_tables graph_files table_notes workbook diary tables choices
    archives files exports acts ledger omissions redaction remainder
    store glances accounts private_files forgetting coding study
    networks inference partitions clusters shares contacts changes shapes threads newcomers voice measures
    roles topics groups lifelines groupbook coverage verdict reliability people pseudonyms results portrait
    phrases sentences captions findings introduction talk_findings answers words certainty_findings limits
    voice_findings newcomer_findings group_findings lifeline_findings
    lettering packing screen_svg drawing legends flags ladder_charts move_charts contact_charts verdict_charts
    standing_charts voice_charts group_charts firmness_charts card_charts lifeline_charts newcomer_charts
    charts
    figures sections rendering pdf excerpts network_page runs page
    readings comparability caveats comparison_rows comparison comparison_charts comparison_findings
    plans casts stories simulate elsewhere forum comments handouts printouts samples
    options screens questions reports workfolders collect cli
"""
ROOMS = _ORDER.split()
INSIDE_EXPORTS = sorted(
    f"exports.{path.stem}" for path in (PACKAGE / "exports").glob("*.py") if path.stem != "__init__"
)


def _modules() -> list[str]:
    return [*ROOMS, *INSIDE_EXPORTS]


def _path(module: str) -> Path:
    path = PACKAGE / f"{module.replace('.', '/')}.py"
    return path if path.exists() else PACKAGE / module / "__init__.py"


def _public(module: str) -> list[tuple[str, object]]:
    loaded = importlib.import_module(f"communitylab.{module}")
    return [(name, getattr(loaded, name)) for name in getattr(loaded, "__all__", [])]


def _functions() -> list[tuple[str, object]]:
    found = []
    for module in _modules():
        for name, thing in _public(module):
            if inspect.isfunction(inspect.unwrap(thing)) and not inspect.isclass(thing):
                found.append((f"{module}.{name}", thing))
            if inspect.isclass(thing) and thing.__module__ == f"communitylab.{module}":
                for attribute, method in vars(thing).items():
                    if inspect.isfunction(method) and not attribute.startswith("_"):
                        found.append((f"{module}.{name}.{attribute}", method))
    return found


def test_every_room_is_in_the_order():
    rooms = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/__init__.py")
    }
    assert rooms - {"__init__"} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_from_their_left(room):
    allowed = set(ROOMS[: ROOMS.index(room)]) | ({"exports"} if room == "exports" else set())
    paths = [_path(room)] if room != "exports" else sorted((PACKAGE / "exports").glob("*.py"))
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "communitylab":
                below = (node.module or "").split(".")[1:]
                names = [below[0]] if below else [alias.name for alias in node.names]
                assert set(names) <= allowed, f"{path.name} imports {names}"


@pytest.mark.parametrize("module", _modules())
def test_all_is_there_sorted_and_complete(module):
    loaded = importlib.import_module(f"communitylab.{module}")
    tree = ast.parse(_path(module).read_text(encoding="utf-8"))
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }
    if module == "cli":
        defined = {"main"}
    named = list(getattr(loaded, "__all__", []))
    assert sorted(named, key=lambda name: (not name.isupper(), not name[0].isupper(), name)) == named
    # What a format module offers is fixed by the registry, not by its __all__.
    assert defined <= set(named) | {"read", "recognise"}


def test_no_function_bears_the_name_of_a_room():
    assert not {name.split(".")[-1] for name, _function in _functions()} & set(ROOMS)


@pytest.mark.parametrize(("name", "function"), _functions(), ids=[name for name, _f in _functions()])
def test_functions_are_called_with_names_and_documented(name, function):
    parameters = [
        parameter for parameter in inspect.signature(function).parameters.values() if parameter.name != "self"
    ]
    positional = [
        parameter
        for parameter in parameters
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]
    assert len(positional) <= (2 if name not in MANY_POSITIONAL else 5), (
        f"{name} takes {len(positional)} positional arguments"
    )
    text = inspect.getdoc(function)
    assert text, f"{name} has no docstring"
    assert "seed" not in {parameter.name for parameter in positional}
    is_inside_exports = name.startswith("exports.") and "Parameters" not in text
    if not parameters or is_inside_exports:
        return
    described = re.search(r"Parameters\n-+\n(.*?)(\n\n[A-Z][a-z]+\n-+|\Z)", text, re.S)
    assert described, f"{name} does not describe its parameters"
    names = re.findall(r"^(\S.*)$", described[1], re.M)
    documented = [entry.strip().lstrip("*") for line in names for entry in line.split(",")]
    assert documented == [parameter.name for parameter in parameters]
    raised = re.search(r"Raises\n-+\n(.*?)(\n\n[A-Z][a-z]+\n-+|\Z)", text, re.S)
    for error in re.findall(r"^(\w+)$", raised[1], re.M) if raised else []:
        assert hasattr(errors, error) or error in ("ValueError", "KeyError", "OSError", "UnreadableError")


# Arrays that only make sense together; a file, where its tables go, and its number.
MANY_POSITIONAL = {
    "inference.null_of_receivers",
    "exports.read_file",
    "exports.intake.take",
    "exports.intake.take_edge",
}


def test_the_package_exposes_what_it_says():
    for name in communitylab.__all__:
        assert getattr(communitylab, name) is not None
    assert (
        sorted(communitylab.__all__, key=lambda name: (not name[0].isupper(), name)) == communitylab.__all__
    )


def test_the_error_tree_is_drawn():
    drawn = errors.__doc__ or ""
    for name in errors.__all__:
        assert name in drawn


def test_environment_satisfies_pyproject():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pip = next(entry["pip"] for entry in environment if isinstance(entry, dict))
    given = [entry for entry in environment if isinstance(entry, str)] + pip
    conda_names = {"ibis-framework[duckdb]": "ibis-duckdb", "duckdb": "python-duckdb"}
    for requirement in declared:
        plain = requirement.split(";")[0].replace(" ", "")
        name, bound = re.match(r"([A-Za-z0-9_.\[\]-]+?)([<>=].*)?$", plain).groups()
        assert f"{conda_names.get(name, name)}{bound or ''}" in given


def test_every_command_is_in_the_readme():
    from communitylab.cli import app

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert f"communitylab {command.callback.__name__}" in readme


def test_the_package_never_imports_snscrape():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not any(name.split(".")[0] == "snscrape" for name in names)


def test_the_lock_names_the_public_index_only():
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_every_command_has_an_example_and_every_option_its_help():
    from communitylab.cli import app

    for command in app.registered_commands:
        name = command.callback.__name__
        assert re.search(rf"^communitylab {name}\b", inspect.getdoc(command.callback), re.M), name
        for option, hint in inspect.get_annotations(command.callback, eval_str=True).items():
            if option not in ("return", "context"):
                (how,) = hint.__metadata__
                assert how.help, f"{name} --{option}"


def test_every_option_stands_in_the_readme_beside_its_command():
    from communitylab.cli import app

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = readme.split("## Commands")[1].split("\n## ")[0]
    for command in app.registered_commands:
        name = command.callback.__name__
        (row,) = [line for line in commands.splitlines() if f"`communitylab {name}" in line.split(" | ")[0]]
        about = row + "".join(re.findall(rf"\n\n(`{name}` .*?)\n\n", commands, re.S))
        for option in inspect.signature(command.callback).parameters:
            hint = inspect.get_annotations(command.callback, eval_str=True)[option]
            if isinstance(getattr(hint, "__metadata__", (None,))[0], typer.models.OptionInfo):
                assert f"--{option}" in about, f"{name} --{option}"


_UNSAFE = (
    # HTML out of whatever is in a variable, in Python and in notebooks
    r"escape=False|\bHTML\(|\bMarkdown\(|\.style\b|\bto_html\(|\|\s*safe\b|autoescape",
    # and in a script
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function|"
    r"setAttribute\(\s*['\"`]on|javascript:",
    # a stranger's text as a command, a formula or mathematics
    r"shell=True|os\.system|write_formula|strings_to_formulas\W+True|strings_to_urls\W+True|usetex\W+True|"
    r"parse_math\W+True",
)


def test_what_strangers_wrote_is_never_taken_for_more_than_text():
    unsafe = re.compile("|".join(_UNSAFE))
    rooms = [path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".html", ".js", ".css", ".json")]
    assert {".py", ".html", ".js", ".css"} <= {path.suffix for path in rooms}
    for path in [*rooms, *(ROOT / "notebooks").glob("*.ipynb")]:
        assert not unsafe.search(path.read_text(encoding="utf-8")), path.name


def test_only_one_place_turns_text_into_a_page_without_cleaning_it():
    """Every display escapes by `html.escape`; what goes into the page is cleaned by one allow-list."""
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "_repr_html_" in text:
            assert "html.escape" in text or "from communitylab.figures import" in text, path.name
        assert ("nh3" in text) == (path.name == "rendering.py"), path.name
