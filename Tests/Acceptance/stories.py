"""What the acceptance tests ask of a hub, as their source has it: which operations by name, and which routes."""
import ast
import pathlib
import re

folder = pathlib.Path(__file__).parent
# How tests of ours ask: by these methods of hubs and HTTP clients, and of what speaks on a socket.
VERBS = {"get": "GET", "list": "GET", "events": "GET", "post": "POST", "patch": "PATCH", "delete": "DELETE", "put": "PUT"}
METHODS = set(VERBS.values())
BY_NAME = {"call", "send", "request", "refused", "pages", "roost"}


def text_of(node, names):
    """A string as a pattern of a path, where what is put in is {}; None for what is no string."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(text_of(part, names) or "{}" for part in parts)
        case ast.FormattedValue(value=ast.Name(id=name)) if name in names:
            return names[name]
        case ast.Name(id=name):
            return names.get(name)
        case ast.BinOp(left=left, op=ast.Add()):
            return text_of(left, names)
    return None


def asked(source):
    """(names of operations, {(method, path)}) that a file's calls name."""
    tree = ast.parse(source)
    # Frames that are written out, as `{"type": "cards.move", …}`.
    operations = set(re.findall(r"""["']type["']: ["']([a-z]+\.[a-z]+)["']""", source))
    routes = set()
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for scope in [tree, *functions]:
        named, requested = asked_in(scope)
        operations |= named
        routes |= requested
    return operations, routes


def asked_in(scope):
    """Names stand for what they were given last in it."""
    nodes = sorted((node for node in ast.walk(scope) if hasattr(node, "lineno")), key=lambda node: node.lineno)
    names, operations, routes = {}, set(), set()
    for node in nodes:
        if isinstance(node, ast.Assign) and (text := text_of(node.value, names)) is not None:
            names |= {target.id: text for target in node.targets if isinstance(target, ast.Name)}
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = node.func
        called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
        texts = [text_of(argument, names) for argument in node.args]
        if called in BY_NAME:
            operations |= {text for text in texts if text and re.fullmatch(r"[a-z]+(\.[a-z]+)?", text)}
        if called in VERBS and texts[0]:
            routes.add((VERBS[called], texts[0].partition("?")[0]))
        # Where the method is said: `answer("GET", path)`, `connect_sse(client, "GET", path)`.
        routes |= {(method, path.partition("?")[0]) for method, path in zip(texts, texts[1:])
                   if method and path and method in METHODS}
    return operations, routes


def all_asked():
    operations, routes = set(), set()
    for path in sorted(folder.glob("*.py")):
        named, requested = asked(path.read_text())
        operations |= named
        routes |= requested
    for path in sorted(folder.glob("*.mjs")):
        operations |= set(re.findall(r"""\.(?:call|request|pages)\(\s*'([a-z]+\.?[a-z]*)'""", path.read_text()))
    return operations, routes


def fits(template, path):
    """Whether a path, with {} for what is put in, is one of a route's."""
    pattern = re.sub(r"\\{[a-zA-Z]+\\}", r"[^/]+", re.escape(template))
    return re.fullmatch(pattern, path) is not None
