"""Jinja2 for templates that a stranger wrote: what they may call is listed, and work is counted before it is done.

Nothing is computed while a template is compiled. Values are weighed by the characters and values within them, and who
makes or compares one pays for its weight, so that no template works longer than `LIMIT_STEPS` lets it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from contextlib import contextmanager
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.environment import TemplateModule
from jinja2.filters import FILTERS as EVERY_FILTER
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS as EVERY_TEST
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from msgspec import Struct

from report.document import normal
from report.sandbox.filters import (
    BlindFormatter,
    check_braces,
    escaped,
    formatted,
    in_percents,
    numbers,
    rounded,
    total,
)
from report.sandbox.lists import ATTRIBUTES, FILTERS, TESTS
from report.sandbox.weighing import (
    CHARACTERS_A_STEP,
    LIMIT_CHARACTERS,
    LIMIT_INCLUDES,
    LIMIT_SOURCE,
    LIMIT_STEPS,
    LIMIT_TAGS,
    STEPS_A_CALL,
    Counted,
    Refused,
    TooMuchText,
    check_bits,
    check_growth,
    check_operands,
    weight,
)

__all__ = ["FILTERS", "TESTS", "Refused", "Sandbox", "TooMuchText"]


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment for the templates of one chapter or page; its budget is used up with them."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self, loader: jinja2.BaseLoader, **options: Any) -> None:
        options = {"undefined": jinja2.StrictUndefined, "optimized": False, "finalize": _finalized, **options}
        super().__init__(loader=loader, **options)
        self.steps = self.includes = self.characters = self.tags = 0
        self.lengths: dict[str, int] = {}
        own: dict[str, Callable[..., Any]] = {
            "sum": total,
            "format": formatted,
            "round": rounded,
            "e": escaped,
            "escape": escaped,
        }
        known: dict[str, Any] = {name: own.get(name) or EVERY_FILTER[name] for name in FILTERS}
        self.filters = {name: self._metered(name, made) for name, made in known.items()}
        self.filters |= {_COUNTED: self._counted, _WEIGHED: self._weighed, _JOINED: self._joined}
        self.tests = {name: self._metered(name, EVERY_TEST[name]) for name in TESTS}
        self.globals = {"range": numbers, "dict": dict}

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
        if isinstance(obj, Struct):
            return attr in obj.__struct_fields__
        return isinstance(obj, TemplateModule) and not attr.startswith("_")

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`params.items` is the author's value where there is one; else the method for loops."""
        if isinstance(obj, Mapping) and (name := normal(attribute)) in obj:
            return obj[name]
        if isinstance(obj, TemplateReference) and not attribute.startswith("_"):
            return obj[attribute]
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A value by its key or place."""
        name = normal(argument) if isinstance(argument, str) else argument
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
        is_known = __obj is numbers or __obj is dict or isinstance(__obj, LoopContext)
        if not is_known and not isinstance(owner, Mapping | list | tuple | float | LoopContext):
            raise Refused("template-forbidden", "this cannot be called")
        return __self._kept(__obj(*args, **kwargs))

    def _said(self, text: str, method: Any, args: Any, kwargs: Any) -> Any:
        """The result of a method of a text."""
        name = method.__name__
        if name == "format":
            check_braces(text)
            method = functools.partial(BlindFormatter().format, text)
        check_growth(name, text, (args, kwargs))
        return self._kept(method(*args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The result of an operator, where it is not too large."""
        if operator == "%" and isinstance(left, str):
            self.spend(weight(right))
            check_growth("format", left, right)
            return self._kept(in_percents(left, right))
        check_operands(operator, left, right)
        return self._kept(self.binop_table[operator](left, right))

    def _metered(self, name: str, function: Any) -> Callable[..., Any]:
        """A filter or test that pays for what it is given and what it makes."""
        first = 1 if hasattr(function, "jinja_pass_arg") else 0

        @functools.wraps(function)
        def metered(*args: Any, **kwargs: Any) -> Any:
            self.spend(STEPS_A_CALL + weight((args[first:], kwargs)))
            check_growth(name, args[first], (args[first + 1 :], kwargs))
            return self._kept(function(*args, **kwargs))

        return metered

    def _kept(self, value: Any) -> Any:
        """A value that was made, when it is paid for; what would be made later is made now."""
        if isinstance(value, (Iterator, *_VIEWS)):
            value = list(self._counted(value, 1))
        self.spend(weight(value))
        if isinstance(value, int):
            check_bits(value.bit_length())
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

    def _counted(self, values: Any, steps: int) -> Counted:
        return Counted(self.spend, values, steps)

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


_VIEWS = (KeysView, ValuesView, ItemsView)
