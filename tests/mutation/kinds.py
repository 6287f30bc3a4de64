# SPDX-License-Identifier: Apache-2.0
"""What may go wrong in the books, a function each: it finds the places in a source and yields mutants of them."""
import re
from dataclasses import dataclass

from cpp_text import CONTROL, KEYWORDS, LEVEL, OPEN

#: Names of one type, of which one may stand where another should.
TWINS = {"insns": "ticks", "ticks": "insns", "device": "exception", "exception": "device", "first_tick": "last_tick",
         "last_tick": "first_tick", "walk_stage1": "walk_stage2", "device_reads": "device_writes",
         "hyp_entries_irq": "hyp_entries_fiq", "parked": "resumed", "resumed": "abandoned", "abandoned": "parked",
         "vm": "vm_after", "vm_after": "vm", "syndrome": "detail", "detail": "syndrome", "min": "max", "read": "write"}
#: What has one of the fields and not its twin, by how the sources call it.
UNLIKE = {"s_", "s", "shadow_", "head", "draft", "last", "each.payer", "payer", "split", "block", "block.head()",
          "price", "sums", "p", "single_", "access", "whole",
          "wholes_.at(key)"}
#: What the sources call a core's profile, or a part of it.
PROFILES = ("p_", "t", "profile_", "profile")
#: Enumerations whose values classify, by name; rewrite.py looks their values up.
CLASSES = ("World", "Cause", "Stall", "EntryRole", "ExitPart", "CostEvent", "Written", "Prediction", "Found")
ASSIGNMENTS = {op for op, level in LEVEL.items() if level == 0}
SWAPS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "+": "-", "-": "+", "*": "+", "/": "*",
         "%": "/"}


@dataclass
class Mutant:
    """`before` and `after` are put around tokens `first` to `last`, with {n} for its number; they show what changed by
    `new`, the text in place of the tokens'. `count`: numbers that it takes, one for each of `each`."""
    kind: str
    first: int
    last: int
    new: str
    before: str
    after: str
    each: tuple = ()


def instead(kind, first, last, new):
    """The expression `new` in place of the tokens."""
    return Mutant(kind, first, last, new, f"(vtoll::mutation::is({{n}}) ? {braces(new)} : ", ")")


def braces(text):
    return text.replace("{", "{{").replace("}", "}}")


def statements(source):
    """First and last token of each statement that is an expression."""
    for i in range(1, len(source.tokens)):
        before = source[i - 1]
        token = source.tokens[i]
        if not source.in_code(i) or source[i] in KEYWORDS or not (re.match(r"[A-Za-z_]", source[i]) or
                                                                 source[i] in ("*", "++", "--", "(")):
            continue
        begins = before == ";" or before in ("else", "do") or source.tokens[i - 1].code
        begins |= before == "}" and source.tokens[source.tokens[i - 1].mate].code
        begins |= before == ":" and _ends_label(source, i - 1)
        begins |= before == ")" and _is_control(source, source.tokens[i - 1].mate)
        begins |= before == "]" and source[i - 2] == "]"
        parent = token.parent
        if not begins or source[parent] != "{" or not source.tokens[parent].code:
            continue
        last = i
        while source[last] not in (";", "}"):
            last = (source.tokens[last].mate if source[last] in OPEN else last) + 1
        if source[last] == ";":
            yield i, last


def _is_control(source, i):
    return source[i - 1] in CONTROL or (source[i - 1] == "constexpr" and source[i - 2] == "if")


def _ends_label(source, i):
    j = i - 1
    while j >= 0 and source[j] not in ("case", "default", ";", "{", "}", "?"):
        j -= 1
    return source[j] in ("case", "default")


def _top(source, first, last):
    """Tokens from `first` to `last` that are in no brackets of their own."""
    i = first
    while i <= last:
        yield i
        i = (source.tokens[i].mate if source[i] in OPEN else i) + 1


def _declares(source, first, last):
    """Two names beside each other, or a name and a template's bracket: a declaration."""
    tops = list(_top(source, first, last))
    for a, b in zip(tops, tops[1:]):
        if source[a] == "=" or source[a] in LEVEL and source.tokens[a].binary:
            return False
        if re.match(r"[A-Za-z_]", source[b]) and (re.match(r"[A-Za-z_]", source[a]) or source[a] in ("&", "*", "]")) \
                and a != first - 1 and not (source[a] == "*" and a == first):
            return True
        if source[b] == OPEN[-1] and re.match(r"[A-Za-z_&*]", source[source.tokens[b].mate + 1]):
            return True
    return False


def statement_kinds(source):
    """A booking that is left out, or made twice."""
    for first, last in statements(source):
        if _declares(source, first, last):
            continue
        text = source.cut(first, last)
        ops = [source[i] for i in _top(source, first, last)]
        assigns = any(op in LEVEL and LEVEL[op] == 0 for op in ops)
        steps = source[first] in ("++", "--")
        if not assigns and not steps and source[last - 1] != ")":
            continue
        yield Mutant("left out", first, last, "", "{{ if (!vtoll::mutation::is({n})) {{ ", " }} }}")
        if steps or any(op in ("+=", "-=") for op in ops):
            yield Mutant("made twice", first, last, f"{text} {text}",
                         "{{ if (vtoll::mutation::is({n})) {{ " + braces(text) + " }} ", " }}")


def twins(source):
    """Another field, or another argument, of the same type."""
    for i, token in enumerate(source.tokens):
        twin = TWINS.get(token.text)
        if not twin or not source.in_code(i):
            continue
        if source[i - 1] in (".", "->"):
            found = source.postfix(i)
            if not found:
                continue
            first, last = found
            root = source.cut(first, i - 2)
            if root in UNLIKE or root.startswith("by_") or twin.startswith("vm") and not root.endswith("kind") or \
                    twin in ("vm", "detail", "syndrome", "vm_after") and not root.endswith("kind") or \
                    token.text in ("min", "max", "read", "write") and root != "t" and not root.endswith("d"):
                continue
        else:
            line = source.plain[source.plain.rfind("\n", 0, token.start) + 1:source.plain.find("\n", token.end)]
            named = token.text in ("insns", "ticks", "device", "exception") and \
                re.search(rf"(?<![\w.>]){twin}\b(?!\()", line)
            if not named or source[i - 1] in ("u64", "u32", "&", "::", "[") or source[i + 1] in ("(", "{", "=") or \
                    re.match(r"[A-Za-z_]", source[i - 1]) and source[i - 1] != "return":
                continue
            first = last = i
        if source[first - 1] in ("++", "--", "&") and not source.tokens[first - 1].binary:
            continue
        new = source.text[source.tokens[first].start:token.start] + twin + \
            source.text[token.end:source.tokens[last].end]
        yield instead("other field", first, last, new)


def classes(source, enumerations):
    """Another value of an enumeration, wherever one is named but as a label."""
    for i, token in enumerate(source.tokens):
        if token.text not in enumerations or source[i + 1] != "::" or not source.in_code(i):
            continue
        values = enumerations[token.text]
        if source[i + 2] not in values:
            continue
        first, last = i, i + 2
        while source[first - 1] == "::":
            first -= 2
        if source[first - 1] == "case" or source[first - 1] == "enum":
            continue
        other = values[(values.index(source[last]) + 1) % len(values)]
        new = source.cut(first, last - 1) + other
        yield instead("other class", first, last, new)


def switches(source):
    """A case that is none."""
    for i, token in enumerate(source.tokens):
        if token.text != "switch" or not source.in_code(i):
            continue
        close = source.tokens[i + 1].mate
        body = close + 1
        labels = []
        for j in range(body + 1, source.tokens[body].mate):
            if source[j] == "case" and source.tokens[j].parent == body:
                k = j + 1
                while source[k] != ":":
                    k += 1
                labels.append(source.cut(j + 1, k - 1))
        if labels:
            yield Mutant("case left out", i + 2, close - 1, "", "vtoll::mutation::without_case(",
                         ", {n}, " + braces(", ".join(labels)) + ")", tuple(labels))


def conditions(source):
    """An `if`, or what stands before a question mark, the other way round."""
    for i, token in enumerate(source.tokens):
        if not source.in_code(i):
            continue
        if token.text == "if" and source[i + 1] == "(":
            first, last = i + 2, source.tokens[i + 1].mate - 1
            tops = list(_top(source, first, last))
            semicolons = [j for j in tops if source[j] == ";"]
            if semicolons:
                first = semicolons[-1] + 1
            elif any(source[j] == "=" for j in tops):
                continue  # declares what it asks about
        elif token.text == "?" and token.binary:
            first, last = source.operand_left(i, LEVEL["?"]), i - 1
        else:
            continue
        yield Mutant("condition negated", first, last, f"!({source.cut(first, last)})",
                     "(vtoll::mutation::is({n}) != static_cast<bool>(", "))")


def ignored(first, last, op):
    """An operand that is as if it were not there."""
    if op == "&&":
        return Mutant("part ignored", first, last, "true", "(vtoll::mutation::is({n}) || static_cast<bool>(", "))")
    return Mutant("part ignored", first, last, "false", "(!vtoll::mutation::is({n}) && static_cast<bool>(", "))")


def parts_of_conditions(source):
    """An operand of && or || that does not matter."""
    for i, token in enumerate(source.tokens):
        if token.text not in ("&&", "||") or not token.binary or not source.in_code(i):
            continue
        level = LEVEL[token.text]
        left = source.operand_left(i, level)
        for j in range(i - 1, left, -1):  # the nearest of several
            if source[j] == token.text and source.tokens[j].binary and source.tokens[j].parent == token.parent:
                left = j + 1
                break
        else:
                yield ignored(left, i - 1, token.text)
        yield ignored(i + 1, source.operand_right(i, level), token.text)


def operators(source):
    """Another comparison, another reckoning."""
    for i, token in enumerate(source.tokens):
        if token.text not in SWAPS or not token.binary or not source.in_code(i) or source[i - 1] == "operator":
            continue
        level = LEVEL[token.text]
        first, last = source.operand_left(i, level), source.operand_right(i, level)
        text = source.cut(first, last)
        # iterators and paths have only some of them
        places = re.search(r"\b(begin|end|data|calls_folder)\(|\bfirst\b|\bout\b", text)
        if first >= i or last <= i or '"' in text or level >= LEVEL["+"] and places:
            continue
        kind = "other comparison" if level < LEVEL["+"] else "other reckoning"
        whole = source[first - 2] == "if" and source[first - 1] == "(" and source[last + 1] == ")"
        if token.text in ("==", "!=") and whole:
            continue  # the condition negated
        new = f"({source.cut(first, i - 1)}) {SWAPS[token.text]} ({source.cut(i + 1, last)})"
        yield instead(kind, first, last, new)


def extremes(source):
    """The smaller of two for the larger one."""
    for i, token in enumerate(source.tokens):
        if token.text not in ("min", "max") or source[i - 1] != "::" or source[i - 2] != "std" or not source.in_code(i):
            continue
        last = i + 1
        if source[last] == "<":
            while source[last] != "(":
                last += 1
        if source[last] != "(":
            continue
        first, last = i - 2, source.tokens[last].mate
        other = "max" if token.text == "min" else "min"
        new = source.cut(first, last).replace(f"std::{token.text}", f"std::{other}", 1)
        yield instead("other extreme", first, last, new)


def prices(source, numbers):
    """A number of a profile, or an amount that is charged, one tick more."""
    for i, token in enumerate(source.tokens):
        if not source.in_code(i):
            continue
        number = token.text in numbers and source[i - 1] in (".", "->") and source[i - 2] in PROFILES
        number = number or re.fullmatch(r"\w+_ticks_", token.text)
        if number and source[source.postfix(i)[1] + 1] not in ASSIGNMENTS and source[i - 1] not in ("++", "--"):
            first, last = source.postfix(i)
            yield Mutant("price + 1", first, last, f"({source.cut(first, last)} + 1)", "(",
                         " + (vtoll::mutation::is({n}) ? 1 : 0))")
        if token.text in ("charge", "give_back") and source[i + 1] == "(" and source[i - 1] in (".", "->"):
            first, last = i + 2, source.tokens[i + 1].mate - 1
            if any(source[j] == "," for j in _top(source, first, last)):
                continue
            yield Mutant("price + 1", first, last, f"{source.cut(first, last)} + 1", "(",
                         ") + (vtoll::mutation::is({n}) ? 1 : 0)")


def mutants(source, enumerations, numbers):
    yield from statement_kinds(source)
    yield from twins(source)
    yield from classes(source, enumerations)
    yield from switches(source)
    yield from conditions(source)
    yield from parts_of_conditions(source)
    yield from operators(source)
    yield from extremes(source)
    yield from prices(source, numbers)
