"""The house keeps its shape: one staircase, roots that do no work, packs without code, no address in a lock file."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "toancanh"
ROOMS = sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


def test_every_import_goes_down_the_staircase() -> None:
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_a_room_is_imported_from_its_root_only() -> None:
    rooms = {path.name for path in ROOMS}
    deep = []
    for path in PACKAGE.rglob("*.py"):
        own = path.relative_to(PACKAGE).parts[0]
        for module in imports_of(path):
            parts = module.split(".")
            inside = parts[0] == "toancanh" and len(parts) > 2 and parts[1] in rooms and parts[1] != own
            if inside and module != "toancanh.domain.declarations":
                deep.append(f"{path.relative_to(ROOT)} imports {module}")
    assert deep == []


@pytest.mark.parametrize("path", [PACKAGE / "__init__.py", *(room / "__init__.py" for room in ROOMS)], ids=str)
def test_a_root_does_no_work(path: Path) -> None:
    allowed = (ast.Import, ast.ImportFrom, ast.Expr, ast.Assign)
    for node in ast.parse(path.read_text()).body:
        assert isinstance(node, allowed), f"{path}:{node.lineno}"
        if isinstance(node, ast.Expr):
            assert isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Assign):
            assert [ast.unparse(target) for target in node.targets] == ["__all__"]


def test_importing_the_package_loads_nothing_of_others() -> None:
    code = "import sys; import toancanh; print([m for m in sys.modules if m.split('.')[0] in ('pydantic', 'chdb', 'pyarrow', 'sqlalchemy')])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_help_starts_no_engine() -> None:
    code = (
        "import sys; from toancanh.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('chdb', 'pyarrow', 'numpy', 'sqlalchemy')], file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stderr.strip().splitlines()[-1] == "[]"


def test_a_start_imports_nothing_that_it_may_do_without() -> None:
    seldom = ("alembic", "clickhouse_connect", "httpx", "pandas", "psycopg", "xlsxwriter")
    code = f"import sys; import toancanh.server; print([m for m in {seldom} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_packs_and_cities_hold_no_code() -> None:
    assert [str(path) for folder in ("packs", "cities") for path in (PACKAGE / folder).rglob("*.py")] == []


def test_no_room_knows_a_field_by_name() -> None:
    """A field is known only inside its pack: no room names one, nor a dataset or indicator of one (`platform` reports on itself)."""
    names = {
        f"{pack.name}.{path.stem}"
        for pack in (PACKAGE / "packs").iterdir()
        for path in pack.glob("*/*.yaml")
        if pack.name != "platform"
    }
    known = []
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        examples = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.keyword) and node.arg in ("examples", "example", "description")
            for inner in ast.walk(node.value)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docs | examples
                and node.value in names
            ):
                known.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.value}")
    assert known == []


def test_every_room_has_a_readme() -> None:
    assert [room.name for room in ROOMS if not (room / "README.md").is_file() and room.name not in ("testing",)] == []


def test_lock_files_hold_no_address() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text()
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if str(package.get("resolved", "")).startswith("http")] == []
