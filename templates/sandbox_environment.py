"""What of Jinja2 a template may use, and what it does to a row.

A template may be anybody's, so it gets plain values, a short list of filters and methods, and
bounded arithmetic. Jinja2 itself says that its sandbox alone is no perfect security: the process
around it (`sandbox_worker.py`) has nothing to give away.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import jinja2
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..documents.findings import UnfitError, quoted
from ..mistakes import nearest
from .filters import FILTERS

LONGEST_OUTPUT = 20_000
"""Characters of one text."""

LONGEST_RANGE = 1000
_LARGEST = 10**15

_KEPT = (
    "abs", "capitalize", "default", "first", "int", "join", "last", "length", "list", "lower",
    "map", "max", "min", "reject", "replace", "reverse", "round", "select", "sort", "sum", "title",
    "trim", "unique", "upper",
)  # fmt: skip
_METHODS = frozenset(
    {"startswith", "endswith", "upper", "lower", "strip", "split", "replace", "isdigit"}
)
_FORBIDDEN = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block)


class Fault(Exception):  # noqa: N818
    """What is wrong with a piece of Jinja2, or with what it does to a row."""

    def __init__(self, what: str, remedy: str = "", *, line: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.line = line

    def object(self) -> dict[str, Any]:
        return {"what": self.what, "remedy": self.remedy, "line": self.line}


class Environment(ImmutableSandboxedEnvironment):
    """Jinja2 with what spoken texts need of it and nothing else."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, language: str) -> None:
        super().__init__(
            undefined=StrictUndefined,
            finalize=spoken,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
            cache_size=0,
        )
        ours = {name: partial(say, language) for name, say in FILTERS.items()}
        self.filters = {name: self.filters[name] for name in _KEPT} | ours
        self.globals = {"range": _range}

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic of numbers of a sensible size."""
        if not all(isinstance(x, (int, float)) and abs(x) <= _LARGEST for x in (left, right)):
            raise Fault(f'"{operator}" takes numbers only.', "Use ~ to put texts together.")
        if operator == "**" and not (abs(left) <= 1000 and 0 <= right <= 10):
            raise Fault('"**" takes small numbers only.', "Multiply instead.")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """`loop.index` and a few methods of texts; values are plain and need no more."""
        if isinstance(obj, str):
            return attr in _METHODS
        return isinstance(obj, LoopContext) and super().is_safe_attribute(obj, attr, value)

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros, `range`, `loop(…)` and the methods of texts."""
        owner = getattr(obj, "__self__", None)
        return (
            obj is _range
            or isinstance(obj, (Macro, LoopContext))
            or isinstance(owner, (str, LoopContext))
        )


def spoken(value: Any) -> Any:
    """What a value puts into the text; Fault for what would be nonsense to hear."""
    if isinstance(value, (str, Undefined)):
        return value  # an undefined one says so itself
    if isinstance(value, bool):
        raise Fault("A flag has no words.", "Write {% if … %}.")
    if isinstance(value, int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, (list, tuple)):
        raise Fault("A list has no words.", "Put its items together: | join_list.")
    kind = "Nothing (none)" if value is None else f"A value of type {type(value).__name__}"
    raise Fault(f"{kind} cannot be spoken.", "Check the expression.")


def _range(*bounds: int) -> range:
    if not all(isinstance(bound, int) and abs(bound) <= _LARGEST for bound in bounds):
        raise Fault("range takes whole numbers.", "Write range(3).")
    found = range(*bounds)
    if len(found) > LONGEST_RANGE:
        raise Fault("The range is too long.", f"Count to {LONGEST_RANGE} at most.")
    return found


def load(
    environment: Environment, source: str, known: set[str]
) -> tuple[jinja2.Template | None, list[Fault]]:
    """The template in `source` and what is wrong with it; None where it cannot be used."""
    try:
        tree = environment.parse(source)
        if faults := _unknown(environment, tree, known):
            return None, faults
        return environment.from_string(source), []
    except TemplateSyntaxError as error:
        return None, [_syntax(error)]
    except (RecursionError, SyntaxError):  # Python, which it becomes, has 20 levels of blocks
        return None, [Fault("Too many levels inside each other.", "Simplify it.")]


def _syntax(error: TemplateSyntaxError) -> Fault:
    what = f"This is not Jinja2: {(error.message or 'it cannot be read').rstrip('.')}."
    remedy = "Write {{ field }} for a value, {% if … %} … {% endif %} for a choice."
    return Fault(what, remedy, line=error.lineno)


def _unknown(environment: Environment, tree: nodes.Template, known: set[str]) -> list[Fault]:
    """Unknown filters, tests and fields, and statements that have no place here."""
    faults = []
    for node in tree.find_all((nodes.Filter, nodes.Test, *_FORBIDDEN)):
        if isinstance(node, (nodes.Filter, nodes.Test)):
            kind = "filter" if isinstance(node, nodes.Filter) else "test"
            names = environment.filters if kind == "filter" else environment.tests
            if node.name not in names:
                what = f"There is no {kind} {quoted(node.name)}."
                faults.append(Fault(what, nearest(node.name, names), line=node.lineno))
        else:
            what = f"{{% {type(node).__name__.lower()} %}} cannot be used here."
            faults.append(Fault(what, "Write the text itself.", line=node.lineno))
    if faults:  # the search for fields compiles, which unknown filters end
        return faults
    unknown = find_undeclared_variables(tree) - known - set(environment.globals)
    for name in tree.find_all(nodes.Name):
        if name.name in unknown:
            unknown.remove(name.name)
            what = f"There is no field {quoted(name.name)}."
            faults.append(Fault(what, nearest(name.name, known), line=name.lineno))
    return faults


def render(template: jinja2.Template, row: Mapping[str, Any]) -> str:
    """The text of one row; raises Fault."""
    pieces: list[str] = []
    length = 0
    try:
        for piece in template.generate(row):
            length += len(piece)
            if length > LONGEST_OUTPUT:
                raise Fault(f"The text is longer than {LONGEST_OUTPUT} characters.", "Shorten it.")
            pieces.append(piece)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a template does, it is the template's
        raise _fault(error) from None
    return "".join(pieces)


def _fault(error: Exception) -> Fault:
    """An exception from inside a template, with the line it happened in."""
    fault = _translated(error)
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            fault.line = trace.tb_lineno
        trace = trace.tb_next
    return fault


def _translated(error: Exception) -> Fault:
    if isinstance(error, Fault):
        return error
    if isinstance(error, UnfitError):
        return Fault(error.what, error.remedy)
    if isinstance(error, RecursionError):
        return Fault("Too many calls inside each other.", "Simplify it.")
    if isinstance(error, TemplateError):
        return Fault(f"{str(error).rstrip('.')}.", "Check the name.")
    return Fault(
        f"{type(error).__name__}: {str(error)[:200].rstrip('.')}.", "Check the expression."
    )
