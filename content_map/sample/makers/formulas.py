"""Works out a sheet's formulas, so that the file shows results before any spreadsheet has opened it.

A small part of the spreadsheet language: names, numbers, texts, + - * / ^, comparisons, & and a few functions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping

Value = float | str

_OPERATORS: Mapping[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
_COMPARISONS: Mapping[type[ast.AST], Callable[[float, float], bool]] = {
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
}
_FUNCTIONS: Mapping[str, Callable[[list[float]], float]] = {
    "SUM": sum,
    "MIN": min,
    "MAX": max,
    "AVERAGE": lambda numbers: sum(numbers) / len(numbers),
    "ROUND": lambda numbers: round(numbers[0], int(numbers[1])),
}


def evaluate(formula: str, names: Mapping[str, Value]) -> Value:
    """Work out `=…` with the cells' values by name. Raises KeyError for an unknown name or function."""
    expression = re.sub(r"\^", "**", formula.removeprefix("="))
    return _value(ast.parse(expression, mode="eval").body, names)


def _value(node: ast.expr, names: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return names[name]
        case ast.BinOp(left, operator, right):
            return _OPERATORS[type(operator)](_number(left, names), _number(right, names))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand, names)
        case ast.Call(func=ast.Name(id="IF"), args=[test, yes, no]):
            return _value(yes if _holds(test, names) else no, names)
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return _FUNCTIONS[function]([_number(argument, names) for argument in arguments])
    raise ValueError(f"A sample sheet cannot hold {ast.unparse(node)}.")


def _number(node: ast.expr, names: Mapping[str, Value]) -> float:
    value = _value(node, names)
    if isinstance(value, str):
        raise ValueError(f"{ast.unparse(node)} is a text where a number is needed.")
    return value


def _holds(node: ast.expr, names: Mapping[str, Value]) -> bool:
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _COMPARISONS[type(operator)](_number(left, names), _number(right, names))
    raise ValueError(f"{ast.unparse(node)} is not a comparison.")
