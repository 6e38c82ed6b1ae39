"""The house rules as functions on source text, so that each can be shown to catch what it forbids.

The rule: crypto knows nobody; portal and recipients know only crypto; neither knows the other; nobody knows the tests.
Then: product code never asserts (an optimised run drops asserts), never hides an error whole, and no file grows past
400 lines. tests/test_house.py runs these over the checkout and over samples that break them.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

LONGEST_FILE = 400
ROOMS = ("crypto", "portal", "recipients")

# What crypto may not import: the other rooms, and anything with files, a network, a clock or a face.
_NOT_IN_CRYPTO = {
    *("alembic", "click", "flask", "flask_limiter", "gunicorn", "httpx", "jinja2", "rich"),
    *("sqlalchemy", "sqlcipher3", "sqlite3", "werkzeug", "PySide6"),
    *("asyncio", "logging", "socket", "ssl", "subprocess", "threading", "time", "urllib"),
}
_FORBIDDEN = {
    "crypto": {"portal", "recipients", "tests", "tools", "bench", *_NOT_IN_CRYPTO},
    "portal": {"recipients", "tests", "tools", "bench"},
    "recipients": {"portal", "tests", "tools", "bench"},
}
# The vectors' generator is a second opinion on the protocol: it may not share code with the first.
_FORBIDDEN_IN_VECTORS = {"crypto", "portal", "recipients", "tests", "tools", "bench"}

# What browser modules may import: files of their own room, crypto's, and these packages.
_JS_PACKAGES = {"crypto": ("@noble/",), "portal": ("@noble/", "govuk-frontend")}
_JS_IMPORT = re.compile(r"""(?<!["'`.\w])(?:from|import)\s*\(?\s*(["'`])(?P<name>[^"'`\s]+)\1""")
_JS_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)

_BROAD = {"Exception", "BaseException"}
_CLOCK = {"now", "today", "utcnow"}


def violations(path: PurePosixPath, source: str) -> list[str]:
    """What is wrong with the file `path` (relative to the checkout) that holds `source`, as "path:line: what"."""
    found: list[tuple[int, str]] = []
    if (lines := len(source.splitlines())) > LONGEST_FILE:
        found.append((lines, f"{lines} lines; more than {LONGEST_FILE} are two files"))
    if path.suffix == ".py":
        tree = ast.parse(source, filename=str(path))
        found += [*_imports(path, tree), *_asserts(tree), *_hidden_errors(tree), *_clocks(path, tree)]
    else:
        found += _js_imports(path, source)
    return [f"{path}:{line}: {what}" for line, what in sorted(found)]


def product_files(root: Path) -> list[Path]:
    """Every source file of the three rooms that people write; built assets are not."""
    files = (file for room in ROOMS for kind in ("*.py", "*.js") for file in (root / room).rglob(kind))
    return sorted(file for file in files if "assets" not in file.parts)


def _imports(path: PurePosixPath, tree: ast.Module) -> Iterator[tuple[int, str]]:
    vectors = path.parts[:2] == ("crypto", "vectors")
    forbidden = _FORBIDDEN_IN_VECTORS if vectors else _FORBIDDEN[path.parts[0]]
    for node in ast.walk(tree):
        for name in _imported(path, node):
            if vectors and name.startswith("crypto.vectors"):
                continue
            if name.split(".")[0] in forbidden:
                yield getattr(node, "lineno", 0), f"{path.parts[0]} must not import {name}"


def _imported(path: PurePosixPath, node: ast.AST) -> list[str]:
    """Full names of the modules that a statement or an `import_module("…")` call imports."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, level=0):
            return [module or ""]
        case ast.ImportFrom(module=module, level=level, names=names):
            package = path.parts[: len(path.parts) - level]
            if module:
                return [".".join([*package, module])]
            return [".".join([*package, alias.name]) for alias in names]
        case ast.Call(func=ast.Name(id="__import__" | "import_module"), args=[ast.Constant(value=str(name)), *_]):
            return [name]
        case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name)), *_]):
            return [name]
    return []


def _asserts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            yield node.lineno, "assert in product code: raise instead, `python -O` drops asserts"


def _hidden_errors(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and all(map(_does_nothing, node.body)):
            yield node.lineno, "a broad except that does nothing hides errors whole"
        if isinstance(node, ast.Call) and _name(node.func) == "suppress" and any(map(_is_broad, node.args)):
            yield node.lineno, "suppress(Exception) hides errors whole"


def _is_broad(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(map(_is_broad, kind.elts))
    return kind is None or _name(kind) in _BROAD


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _does_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Pass | ast.Continue)


def _clocks(path: PurePosixPath, tree: ast.Module) -> Iterator[tuple[int, str]]:
    if path.parts[0] != "crypto":
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CLOCK:
            yield node.lineno, f"crypto must be told the time, not ask for it: .{node.func.attr}()"


def _js_imports(path: PurePosixPath, source: str) -> Iterator[tuple[int, str]]:
    room = path.parts[0]
    # Comments go, their line breaks stay, so that line numbers still count.
    code = _JS_COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), source)
    for match in _JS_IMPORT.finditer(code):
        name = match["name"]
        if not _js_allowed(path, room, name):
            yield code.count("\n", 0, match.start()) + 1, f"{room} must not import {name}"


def _js_allowed(path: PurePosixPath, room: str, name: str) -> bool:
    if not name.startswith("."):
        return name.startswith(_JS_PACKAGES.get(room, ()))
    parts: list[str] = list(path.parent.parts)
    for part in PurePosixPath(name).parts:
        if part == "..":
            if not parts:
                return False
            parts.pop()
        else:
            parts.append(part)
    return parts[0] in {room, "crypto"} if parts else False
