"""Only the parts of nodefiles access directories that nodes can write: trees of nodes and paths of their state."""
import ast
import glob
import os
import unittest
from typing import Iterator, List

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../main/python/diskless_master")

# The parts that step below directories of nodes.
GATE = ["nodepath", "nodecopy", "nodefiles", "nodesizes", "nodegoals"]

# What the other parts may import from the gate's inner parts. All other access goes through nodefiles.
HARMLESS = ["NodeFilesError", "shown_path", "raise_file_limit"]


# Lines of other parts that the rules would reject, with the reason why each is harmless.
ALLOWED = {
    "journal + '/paths'": "the journal of a switch has a list with that name",
    "self.partial + '/' + node.address": "the tree is made, and not exported before it is complete",
    "folder + '/paths'": "the directory itself is made for node_state, in a directory that only root can reach",
    "'the state of %s cannot be extended": "a message",
    "NodeFiles(layout.release(version))": "a release is measured as a whole",
}


def module_of(path: str) -> ast.Module:
    with open(path, encoding="utf-8") as file:
        return ast.parse(file.read(), path)


def is_address(node: ast.AST) -> bool:
    """Whether an expression names a node's address, which is the name of the node's tree in a release."""
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name in ("address", "addresses")


def makes_path(node: ast.AST) -> bool:
    """Whether an expression joins parts of a path."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in ("join", "format", "joinpath")
    if isinstance(node, (ast.BinOp, ast.JoinedStr)):
        texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        return any("/" in text for text in texts)
    return False


def violations(name: str, module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        where = "%s.py:%d" % (name, getattr(node, "lineno", 0))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("diskless_master."):
            inner = (node.module or "").split(".")[1] in ("nodepath", "nodecopy", "nodesizes", "nodegoals")
            wrong = [alias.name for alias in node.names if inner and alias.name not in HARMLESS]
            if wrong:
                yield "%s: use NodeFiles instead of %s" % (where, ", ".join(wrong))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "NodeFiles":
            yield "%s: call node_tree or node_state, which alone know the paths" % where
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "paths" in node.value.split("/"):
            yield "%s: only node_state knows the directory of a node's state" % where
        if makes_path(node) and any(is_address(child) for child in ast.walk(node)):
            yield "%s: only node_tree makes a path from a node's address" % where


def is_allowed(path: str, violation: str) -> bool:
    """Whether the line of a violation has an exception."""
    number = int(violation.split(":")[1])
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")[number - 1 : number]
    return any(text in line for text in ALLOWED for line in lines)


class NodeAccessTest(unittest.TestCase):
    def test_only_the_gate_has_paths_of_nodes(self) -> None:
        found = []  # type: List[str]
        for path in sorted(glob.glob(SOURCES + "/*.py")):
            name = os.path.basename(path)[:-3]
            if name not in GATE:
                found.extend(line for line in violations(name, module_of(path)) if not is_allowed(path, line))
        self.assertEqual(found, [])

    def test_the_rules_find_violations(self) -> None:
        for text in (
            "from diskless_master.nodepath import open_node_file",
            "NodeFiles('/srv')",
            "os.path.join(state, node, 'paths')",
            "state + '/first/paths'",
            "os.listdir(os.path.join(release, node.address))",
            "release + '/' + address",
            "f'{release}/{address}'",
            "'%s/%s' % (release, address)",
        ):
            self.assertEqual(len(list(violations("part", ast.parse(text)))) > 0, True, text)
        for text in ("'%s,%s' % (node, address)", "node_tree(release, node.address)", "paths = ['a']"):
            self.assertEqual(list(violations("part", ast.parse(text))), [], text)


if __name__ == "__main__":
    unittest.main()
