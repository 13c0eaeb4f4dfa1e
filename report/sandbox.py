"""Jinja2 for templates that a stranger wrote: what they may call is listed, and work is counted before it is done.

Nothing is computed while a template is compiled. Values are weighed by the characters and values within them, and who
makes or compares one pays for its weight, so that no template works longer than `LIMIT_STEPS` lets it.
"""

from __future__ import annotations

import functools
import operator
import re
import unicodedata
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from string import Formatter
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.environment import TemplateModule
from jinja2.filters import FILTERS as EVERY_FILTER
from jinja2.filters import do_round, make_attrgetter
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as EVERY_TEST
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

LIMIT_CHARACTERS = 2_000_000
"""What the templates of one chapter may produce, and the longest text that they may work with."""

LIMIT_STEPS = 2_000_000
"""Passes of loops, calls, filters and values that one chapter's templates may take."""

CHARACTERS_A_STEP = 2
"""How much text one step makes."""

LIMIT_INCLUDES = 1_000
"""Files that one chapter may include, extend or import, each as often as it does."""

LIMIT_SOURCE = 1_000_000
"""Characters of all templates of one chapter."""

LIMIT_TAGS = 10_000
"""Tags in all templates of one chapter."""

STEPS_A_CALL = 10
"""What a call of a macro or a filter is worth, next to a pass of a loop."""

LIMIT_BITS = 4_096
"""The length of a whole number: some 1,200 digits."""

LIMIT_RANGE = 100_000
"""Numbers in a range."""

FILTERS = (
    *("abs", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e", "escape", "filesizeformat"),
    *(
        "first",
        "float",
        "format",
        "groupby",
        "indent",
        "int",
        "items",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "map",
    ),
    *("max", "min", "reject", "rejectattr", "replace", "reverse", "round", "select", "selectattr", "slice", "sort"),
    *("string", "sum", "title", "trim", "truncate", "unique", "upper", "urlencode", "wordcount"),
)
"""Filters of Jinja that templates may use; not those that need chance or slow regular expressions."""

TESTS = (
    *("!=", "<", "<=", "==", ">", ">=", "boolean", "defined", "divisibleby", "eq", "equalto", "even", "false", "float"),
    *("ge", "greaterthan", "gt", "in", "integer", "iterable", "le", "lessthan", "lower", "lt", "mapping", "ne", "none"),
    *("number", "odd", "sameas", "sequence", "string", "true", "undefined", "upper"),
)
"""Tests of Jinja that templates may use."""

_OF_TEXT = (
    *("capitalize", "casefold", "center", "count", "endswith", "find", "format", "index", "isalnum", "isalpha"),
    *("isdecimal", "isdigit", "islower", "isnumeric", "isspace", "istitle", "isupper", "join", "ljust", "lower"),
    *("lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition"),
    *("rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "swapcase", "title", "upper", "zfill"),
)
_OF_LOOPS = (
    *("changed", "cycle", "depth", "depth0", "first", "index", "index0", "last", "length", "nextitem", "previtem"),
    *("revindex", "revindex0"),
)
ATTRIBUTES: tuple[tuple[type, tuple[str, ...]], ...] = (
    (str, _OF_TEXT),
    (float, ("is_integer",)),
    (list, ("count", "index")),
    (tuple, ("count", "index")),
    (Mapping, ("get", "items", "keys", "values")),
    (LoopContext, _OF_LOOPS),
    (BlockReference, ("super",)),
    (Macro, ("name",)),
)
"""What templates may ask values for besides the author's own keys, by type."""

WIDENING = ("batch", "center", "indent", "ljust", "rjust", "slice", "zfill")
"""Filters and methods whose result may be as long as the value times the number that they are given."""

MULTIPLYING = ("format", "join", "replace")
"""Those whose result may be as long as the value times the text that they are given."""


class Refused(Exception):
    """A template does what it may not: code and message of a diagnostic, a hint, and the file where it is known."""

    def __init__(self, code: str, message: str, hint: str = "", path: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.path = path


class TooMuchText(Refused):
    """The templates print more than is allowed; `piece` is the one too many."""

    def __init__(self, piece: str) -> None:
        super().__init__("template-length", f"the templates make more than {LIMIT_CHARACTERS:,} characters")
        self.piece = piece


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment for the templates of one chapter or page; its budget is used up with them."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self, loader: jinja2.BaseLoader, **options: Any) -> None:
        options = {"undefined": jinja2.StrictUndefined, "optimized": False, "finalize": _finalized, **options}
        super().__init__(loader=loader, **options)
        self.steps = self.includes = self.characters = self.tags = 0
        self.lengths: dict[str, int] = {}
        own: dict[str, Callable[..., Any]] = {
            "sum": _sum,
            "format": _formatted,
            "round": _rounded,
            "e": _escaped,
            "escape": _escaped,
        }
        known: dict[str, Any] = {name: own.get(name) or EVERY_FILTER[name] for name in FILTERS}
        self.filters = {name: self._metered(name, made) for name, made in known.items()}
        self.filters |= {_COUNTED: self._counted, _WEIGHED: self._weighed, _JOINED: self._joined}
        self.tests = {name: self._metered(name, EVERY_TEST[name]) for name in TESTS}
        self.globals = {"range": _range, "dict": dict}

    def printable(self, value: Any) -> Any:
        """A value as it is going to be printed."""
        return value

    def pieces(self, name: str, values: Mapping[str, object]) -> Iterator[str]:
        """What a template prints, piece by piece; raises Refused, and what Jinja raises."""
        size = 0
        for piece in self.get_template(name).generate(values):
            size += len(piece)
            if size > LIMIT_CHARACTERS:
                raise TooMuchText(piece)
            yield piece

    def spend(self, steps: int) -> None:
        """Count work; raises Refused where it is too much."""
        self.steps += steps
        if self.steps > LIMIT_STEPS:
            raise Refused(
                "template-steps",
                f"the templates take more than {LIMIT_STEPS:,} steps",
                "loop over less, or write the text out",
            )

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may see what a value has by that name."""
        if isinstance(obj, tuple) and attr in getattr(obj, "_fields", ()):
            return True
        if isinstance(obj, Macro | str | list | tuple | Mapping | LoopContext | BlockReference | float):
            return any(isinstance(obj, kind) and attr in names for kind, names in ATTRIBUTES)
        if is_dataclass(obj):
            return any(field.name == attr for field in fields(obj))
        return isinstance(obj, TemplateModule) and not attr.startswith("_")

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`params.items` is the author's value where there is one; else the method for loops."""
        if isinstance(obj, Mapping) and (name := unicodedata.normalize("NFC", attribute)) in obj:
            return obj[name]
        if isinstance(obj, TemplateReference) and not attribute.startswith("_"):
            return obj[attribute]
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A value by its key or place."""
        name = unicodedata.normalize("NFC", argument) if isinstance(argument, str) else argument
        return super().getitem(obj, name)

    def unsafe_undefined(self, obj: Any, attribute: str) -> jinja2.Undefined:
        """Refuse what a template may not see."""
        raise Refused("template-forbidden", f"'{attribute}' is not for templates", "README.md says what they may use")

    def wrap_str_format(self, value: Any) -> None:
        """`format` is bounded when it is called."""

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a macro, a block, a loop, or a method that is listed."""
        if isinstance(__obj, Macro | BlockReference | jinja2.Undefined):
            __self.spend(STEPS_A_CALL)
            return __self._kept(__context.call(__obj, *args, **kwargs))
        kwargs = {name: value for name, value in kwargs.items() if name not in _HANDED_ON}
        owner = getattr(__obj, "__self__", None)
        __self.spend(STEPS_A_CALL + weight((args, kwargs)) + (weight(owner) if isinstance(owner, list | tuple) else 0))
        if isinstance(owner, str):
            return __self._said(owner, __obj, args, kwargs)
        is_known = __obj is _range or __obj is dict or isinstance(__obj, LoopContext)
        if not is_known and not isinstance(owner, Mapping | list | tuple | float | LoopContext):
            raise Refused("template-forbidden", "this cannot be called")
        return __self._kept(__obj(*args, **kwargs))

    def _said(self, text: str, method: Any, args: Any, kwargs: Any) -> Any:
        """The result of a method of a text."""
        name = method.__name__
        if name == "format":
            _check_braces(text)
            method = functools.partial(_Formatter().format, text)
        _check_growth(name, text, (args, kwargs))
        return self._kept(method(*args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The result of an operator, where it is not too large."""
        if operator == "%" and isinstance(left, str):
            self.spend(weight(right))
            _check_growth("format", left, right)
            return self._kept(_in_percents(left, right))
        _check_operands(operator, left, right)
        return self._kept(self.binop_table[operator](left, right))

    def _metered(self, name: str, function: Any) -> Callable[..., Any]:
        """A filter or test that pays for what it is given and what it makes."""
        first = 1 if hasattr(function, "jinja_pass_arg") else 0

        @functools.wraps(function)
        def metered(*args: Any, **kwargs: Any) -> Any:
            self.spend(STEPS_A_CALL + weight((args[first:], kwargs)))
            _check_growth(name, args[first], (args[first + 1 :], kwargs))
            return self._kept(function(*args, **kwargs))

        return metered

    def _kept(self, value: Any) -> Any:
        """A value that was made, when it is paid for; what would be made later is made now."""
        if isinstance(value, (Iterator, *_VIEWS)):
            value = list(self._counted(value, 1))
        self.spend(weight(value))
        if isinstance(value, int):
            _check_bits(value.bit_length())
        return value

    def _weighed(self, value: Any) -> Any:
        self.spend(weight(value))
        return value

    def _joined(self, values: list[Any]) -> Any:
        """What `~` makes."""
        self.spend(weight(values))
        return (Markup("") if self.autoescape else "").join(
            value if isinstance(value, str) else str(value) for value in values
        )

    def _counted(self, values: Any, steps: int) -> _Counted:
        return _Counted(self, values, steps)

    def _load_template(self, name: str, globals: Any) -> jinja2.Template:
        self.includes += 1
        if self.includes > LIMIT_INCLUDES:
            raise Refused("template-steps", f"more than {LIMIT_INCLUDES:,} files are included", "include less")
        template = super()._load_template(name, globals)
        self.spend(self.lengths.get(name, 0) // CHARACTERS_A_STEP)
        return template

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """The text of a template before it is read, where there is not too much of it."""
        self.lengths[name or ""] = len(source)
        self.characters += len(source)
        self.tags += len(re.findall(r"\{[{%]", source))
        if self.characters > LIMIT_SOURCE or self.tags > LIMIT_TAGS:
            raise Refused(
                "template-length",
                f"the templates of a chapter have more than {LIMIT_SOURCE:,} characters or {LIMIT_TAGS:,} tags",
                "part the chapter",
            )
        return super().preprocess(source, name, filename)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        with _shallow(name):
            _Meters(name).visit(source)
            return super()._generate(source, name, filename, defer_init)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        with _shallow(name):
            return super()._parse(source, name, filename)

    def _compile(self, source: str, filename: str) -> Any:
        with _shallow(filename):
            return super()._compile(source, filename)


@contextmanager
def _shallow(path: str | None) -> Iterator[None]:
    """What is nested more deeply than Jinja or Python can read is refused."""
    try:
        yield
    except (RecursionError, SyntaxError, MemoryError) as fault:
        raise Refused("template-depth", "tags or brackets are nested too deeply", path=path or "") from fault


@jinja2.pass_context
def _finalized(context: Context, value: Any) -> Any:
    """A value as it is printed; as a function of the context, Jinja does not call it while compiling."""
    sandbox: Any = context.environment
    if isinstance(value, str):
        sandbox.spend(len(value) // CHARACTERS_A_STEP)
    return sandbox.printable(value)


_HANDED_ON = ("_loop_vars", "_block_vars")
"""What Jinja hands on to macros in a loop or block, by keyword."""

_COUNTED, _WEIGHED, _JOINED = " counted", " weighed", " joined"
"""Filters that no author can name: the space."""


class _Meters(NodeTransformer):
    """Puts what counts and weighs into a template: around what loops run over, what is compared, and what is made."""

    def __init__(self, path: str | None) -> None:
        self.path = path

    def visit_For(self, node: nodes.For) -> nodes.Node:
        steps = 1 + sum(len(data.data) for data in node.find_all(nodes.TemplateData)) // CHARACTERS_A_STEP
        self.generic_visit(node)
        node.iter = _through(_COUNTED, node.iter, nodes.Const(steps))
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        self.generic_visit(node)
        node.expr = _through(_WEIGHED, node.expr)
        for operand in node.ops:
            operand.expr = _through(_WEIGHED, operand.expr)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _through(_JOINED, nodes.List(node.nodes, lineno=node.lineno))

    def visit_List(self, node: nodes.List) -> nodes.Node:
        self.generic_visit(node)
        return _through(_WEIGHED, node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:
        self.generic_visit(node)
        return _through(_WEIGHED, node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        self.generic_visit(node)
        return _through(_WEIGHED, node) if node.ctx == "load" else node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        self.generic_visit(node)
        return _through(_WEIGHED, node) if isinstance(node.arg, nodes.Slice) else node

    def visit_ScopedEvalContextModifier(self, node: nodes.ScopedEvalContextModifier) -> nodes.Node:
        raise jinja2.TemplateSyntaxError("Encountered unknown tag 'autoescape'.", node.lineno, self.path, self.path)


def _through(name: str, node: Any, *arguments: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(arguments), [], None, None, lineno=node.lineno)


class _Counted:
    """Values for a loop, each of which is paid for when its turn comes."""

    def __init__(self, sandbox: Sandbox, values: Any, steps: int) -> None:
        self.sandbox = sandbox
        self.values = values
        self.steps = steps

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Any]:
        spend, steps = self.sandbox.spend, self.steps
        for value in self.values:
            spend(steps)
            yield value


_VIEWS = (KeysView, ValuesView, ItemsView)
_CONTAINERS = (list, tuple, set, frozenset, dict)


def weight(value: Any, characters_a_step: int = CHARACTERS_A_STEP) -> int:
    """The steps that a value is worth: itself, the values within it, and their characters.

    Raises Refused for one that is worth more than all there are; a value in two places counts twice.
    """
    total = 0
    waiting: list[Iterator[Any]] = [iter((value,))]
    while waiting:
        for one in waiting[-1]:
            total += 1
            if isinstance(one, str):
                total += len(one) // characters_a_step
            elif isinstance(one, range | _Counted):
                total += len(one)
            elif isinstance(one, _CONTAINERS):
                waiting.append(_within(one))
                break
            if total > LIMIT_STEPS:
                raise Refused("template-length", "this value is too large", "make it shorter")
        else:
            waiting.pop()
    return total


def _within(value: Any) -> Iterator[Any]:
    return (part for pair in value.items() for part in pair) if isinstance(value, dict) else iter(value)


def _check_growth(name: str, value: Any, given: Any) -> None:
    """Refuse what would make too long a text, before it is made."""
    if name in WIDENING:
        reach = _reach(given, LIMIT_CHARACTERS)
    elif name in MULTIPLYING:
        reach = _reach(given, 1)
    else:
        return
    if (weight(value, 1) + 1) * (1 + reach) > LIMIT_CHARACTERS:
        raise Refused("template-length", f"'{name}' makes too long a text here", "make it shorter")


def _reach(given: Any, largest: int) -> int:
    """How much longer arguments can make a value: their characters, and the size of numbers up to the largest."""
    if isinstance(given, dict):
        return sum(_reach(one, largest) for pair in given.items() for one in pair)
    if isinstance(given, list | tuple):
        return sum(_reach(one, largest) for one in given)
    if isinstance(given, str):
        return len(given)
    return min(abs(given), largest) if isinstance(given, int) else 1


def _check_bits(bits: int) -> None:
    if bits > LIMIT_BITS:
        raise Refused("template-length", "this number is too long")


def _check_operands(sign: str, left: Any, right: Any) -> None:
    """Refuse what would make too large a value, before it is made."""
    if sign == "**" and isinstance(left, int) and isinstance(right, int):
        _check_bits(left.bit_length() * max(0, min(right, LIMIT_BITS + 1)) if left not in (-1, 0, 1) else 0)
    elif sign == "*" and isinstance(left, int) and isinstance(right, int):
        _check_bits(left.bit_length() + right.bit_length() - 1)
    elif sign == "*":
        for value, times in ((left, right), (right, left)):
            if (
                isinstance(times, int)
                and isinstance(value, (str, *_CONTAINERS))
                and weight(value, 1) * times > LIMIT_CHARACTERS
            ):
                raise Refused("template-length", "this value is too large", "make it shorter")
    elif sign == "+" and isinstance(left, str) and isinstance(right, str) and len(left) + len(right) > LIMIT_CHARACTERS:
        raise Refused("template-length", "this text is too long", "make it shorter")


def _range(*bounds: int) -> range:
    """Numbers from and to; raises Refused for too many or too large ones."""
    found = range(*bounds)
    if max(map(abs, bounds)) > 10**12 or len(found) > LIMIT_RANGE:
        raise Refused("template-length", f"this range has more than {LIMIT_RANGE:,} numbers", "loop over less")
    return found


def _escaped(value: Any) -> Any:
    """The text with what HTML reads as marks written as entities."""
    return escape(value)


@jinja2.pass_environment
def _sum(environment: jinja2.Environment, values: Iterable[Any], attribute: Any = None, start: Any = 0) -> Any:
    """The sum of numbers."""
    found = [*(values if attribute is None else map(make_attrgetter(environment, attribute), values))]
    wrong = next((value for value in (*found, start) if not isinstance(value, int | float)), None)
    if wrong is not None:
        raise TypeError("only numbers have a sum")
    return functools.reduce(operator.add, found, start)


def _rounded(value: Any, precision: int = 0, method: Any = "common") -> Any:
    """The number with so many digits behind its point."""
    if abs(precision) > 99:
        raise Refused("template-length", "a precision has two digits at most")
    return do_round(value, precision, method)


_WIDE = re.compile(r"[0-9]{3}|\*|[{]")
"""A width in a format of three digits or more, or one that is itself a value."""

_PERCENT = re.compile(r"%(?:\([^()]*\))?([-+ #0]*(?:[0-9]+|\*)?(?:\.(?:[0-9]+|\*))?)")


def _formatted(value: str, *args: Any, **kwargs: Any) -> str:
    """Values in a pattern: `"%.1f" | format(x)`."""
    return _in_percents(value, kwargs or args)


def _in_percents(pattern: str, values: Any) -> str:
    """A pattern with values for its `%`; widths have two digits at most."""
    if any(_WIDE.search(found[1]) for found in _PERCENT.finditer(pattern)):
        raise Refused("template-length", "a width has two digits at most")
    made: str = pattern % values
    return made


def _check_braces(text: str) -> None:
    if any(_WIDE.search(spec or "") for _, _, spec, _ in Formatter().parse(text)):
        raise Refused("template-length", "a width has two digits at most")


class _Formatter(Formatter):
    """`str.format` that looks into no value."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        """The value that a field names."""
        if re.search(r"[.\[]", field_name):
            raise Refused("template-forbidden", "a format names whole values alone")
        return super().get_field(field_name, args, kwargs)
