"""What the guard writes has the same meaning as what it read: the engine's own parser sees the same tree in both."""

import re
from dataclasses import dataclass, field
from random import Random

import pytest
from catalog_engine import Engine

from toancanh.catalog import Guard
from toancanh.domain import InvalidInput

COLUMNS = ("a", "b", "t", "status", "xs")
LEAVES = ["a", "b", "1", "2.5", "null", "true", "status", "'x'", "t", "xs", "`a`", "-1", "-a", "[1, 2]", "(1, 2)"]
BINARY = ["+", "-", "*", "/", "=", "<", "and", "or", "||", "%", "div", "!=", ">=", "like"]
SHAPES = [
    "({})", "not {}", "-({})", "if({}, {}, {})", "{} is null", "{} is not null", "{} in ({}, 1)", "{} not in (1, {})",
    "{} between {} and {}", "case when {} then {} else {} end", "{} ? {} : {}", "xs[{}]", "coalesce({}, {})",
]  # fmt: skip


@dataclass
class Node:
    """A node of the engine's tree."""

    name: str
    children: list["Node"] = field(default_factory=list)

    @property
    def arguments(self) -> list["Node"]:
        return self.children[0].children if self.children else []


def write(random: Random, depth: int) -> str:
    if depth == 0 or random.random() < 0.2:
        return random.choice(LEAVES)
    if random.random() < 0.4:
        return f"{write(random, depth - 1)} {random.choice(BINARY)} {write(random, depth - 1)}"
    shape = random.choice(SHAPES)
    return shape.format(*(write(random, depth - 1) for _ in range(shape.count("{}"))))


def tree(text: str) -> Node:
    root = Node("")
    stack = [(-1, root)]
    for line in text.splitlines():
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        while stack[-1][0] >= depth:
            stack.pop()
        node = Node(re.sub(r" \(children \d+\)", "", line.strip()))
        stack[-1][1].children.append(node)
        stack.append((depth, node))
    return root


def plain(node: Node) -> str:
    """Return the tree on one line, with the spellings that mean the same made equal."""
    if node.name == "Function not" and node.arguments[0].name in ("Function in", "Function isNull", "Function like"):
        inner = node.arguments[0]
        other = {"in": "notIn", "isNull": "isNotNull", "like": "notLike"}[inner.name.removeprefix("Function ")]
        return plain(Node(f"Function {other}", inner.children))
    if node.name == "Function negate" and re.match(r"Literal (UInt64|Float64)_\d", node.arguments[0].name):
        return f"Literal negative_{node.arguments[0].name.rpartition('_')[2]}()"
    if node.name.startswith("Literal "):
        return re.sub(r"\b\w+_-", "negative_", node.name) + "()"
    if node.name == "Function tuple":
        parts = [plain(each) for each in node.arguments]
        if all(part.startswith("Literal ") for part in parts):
            inside = ", ".join(part.removeprefix("Literal ").removesuffix("()") for part in parts)
            return f"Literal Tuple_({inside})()"
    if node.name in ("Function and", "Function or", "Function concat"):
        flat = [part for each in node.arguments for part in (each.arguments if each.name == node.name else [each])]
        return f"{node.name}({', '.join(plain(each) for each in flat)})"
    return f"{node.name}({', '.join(plain(each) for each in node.children)})"


@pytest.mark.parametrize("seed", range(4))
def test_the_engine_reads_both_alike(seed: int, engine: Engine) -> None:
    random, guard = Random(seed), Guard()
    compared = 0
    for _ in range(90):
        text = write(random, random.randrange(1, 4))
        try:
            safe = guard.scalar(text, COLUMNS)
            read = engine.explain(f"SELECT {text}")
        except InvalidInput:
            continue
        compared += 1
        assert plain(tree(engine.explain(f"SELECT {safe}"))) == plain(tree(read)), (text, safe)
    assert compared > 40
