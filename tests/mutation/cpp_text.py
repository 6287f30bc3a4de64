# SPDX-License-Identifier: Apache-2.0
"""C++ as clang-format writes it, cut into tokens: enough to find statements and expressions. No parser: what it relies
on is that binary operators stand between blanks and brackets of templates do not."""
import re

TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w'.]*|\"[^\"]*\"|'[^']*'|<<=|>>=|<=>|->|\+\+|--|::|&&|\|\||[-+*/%&|^=!<>]=|<<|"
                   r"(?<=\s)>>(?=\s)|[^\s\w]")
OPEN, CLOSE = "([{\u27e8", ")]}\u27e9"  #: the last are a template's
CONTROL = {"if", "for", "while", "switch"}
KEYWORDS = CONTROL | {"return", "case", "break", "continue", "using", "const", "constexpr", "auto", "static", "struct",
                      "class", "enum", "else", "do", "goto", "throw", "default", "template", "typedef", "public",
                      "private", "delete", "new", "try", "catch", "friend", "operator", "static_assert"}
#: Binary operators, loosest first.
LEVELS = [{"=", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=", "<<=", ">>="}, {"?", ":"}, {"||"}, {"&&"}, {"|"}, {"^"},
          {"&"}, {"==", "!="}, {"<", ">", "<=", ">="}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"}]
LEVEL = {op: level for level, ops in enumerate(LEVELS) for op in ops}


def masked(text):
    """`text` with comments, directives and what is inside quotes blanked, every character in its place."""
    def blank(match):
        found = match.group(0)
        if found[0] in "\"'":
            return found[0] + "_" * (len(found) - 2) + found[-1]
        return re.sub(r"[^\n]", " ", found)
    return re.sub(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'|"
                  r"^[ ]*#(?:\\\n|[^\n])*", blank, text, flags=re.S | re.M)


class Token:
    __slots__ = ("text", "start", "end", "mate", "parent", "code", "constant", "binary")

    def __init__(self, text, start, end):
        self.text, self.start, self.end = text, start, end
        self.mate = self.parent = None
        self.code = self.constant = self.binary = False


class Source:
    def __init__(self, text):
        self.text = text
        self.plain = masked(text)
        self.tokens = [Token(m.group(0), m.start(), m.end()) for m in TOKEN.finditer(self.plain)]
        self._match()

    def __getitem__(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    def cut(self, first, last):
        """The text of tokens `first` to `last`."""
        return self.text[self.tokens[first].start:self.tokens[last].end]

    def _match(self):
        stack = []
        for i, token in enumerate(self.tokens):
            token.parent = stack[-1] if stack else None
            around = self.plain[token.start - 1:token.start] + self.plain[token.end:token.end + 1]
            token.binary = token.text in LEVEL and around[:1].isspace() and around[1:].isspace()
            beside = self[i - 1] == "template" or i and self.tokens[i - 1].end == token.start
            if token.text == "<" and not token.binary and beside and re.match(r"[A-Za-z_]", self[i - 1]):
                token.text = OPEN[-1]
            elif token.text == ">" and not token.binary and stack and self[stack[-1]] == OPEN[-1]:
                token.text = CLOSE[-1]
            if token.text in OPEN:
                stack.append(i)
            elif token.text in CLOSE:
                j = stack.pop()
                token.mate, self.tokens[j].mate = j, i
                token.parent = self.tokens[j].parent
        for i, token in enumerate(self.tokens):
            if token.text == "{":
                token.code, token.constant = self._kind_of_brace(i)

    def _head_of_brace(self, i):
        """Where what stands before a brace begins."""
        j = i - 1
        while j >= 0 and self[j] not in (";", "{", "}"):
            j = self.tokens[j].mate if self[j] in (")", "]") else j - 1
        return j + 1

    def _kind_of_brace(self, i):
        """Whether a brace opens statements, and whether a compiler may run them."""
        before = self[i - 1]
        head = [self[k] for k in range(self._head_of_brace(i), i)]
        scope = {"class", "struct", "enum", "namespace", "union"} & set(head) and "(" not in head
        trailing = any(self[k] == "->" and self[k - 1] == ")" for k in range(max(0, i - 8), i))
        code = not scope and (before in (")", "]", "else", "do", "const", "override", "noexcept", "try", ":", ";",
                                         "mutable") or
                              (before in ("{", "}") and self._opens_code(self.tokens[i].parent)) or trailing)
        if before == "]" and self[self.tokens[i - 1].mate - 1] in ("u64", "u32", "u8", "char", "bool"):
            code = False
        return bool(code), "constexpr" in head

    def _opens_code(self, parent):
        return parent is not None and self.tokens[parent].code

    def in_code(self, i):
        """Whether token `i` belongs to statements that run when the program does."""
        parent = self.tokens[i].parent
        while parent is not None:
            brace = self.tokens[parent]
            if brace.text == "{" and brace.constant:
                return False
            if brace.text == "{" and brace.code:
                return self._runs(parent)
            if brace.text == "{" and self._is_scope(parent):
                return False
            parent = brace.parent
        return False

    def _is_scope(self, i):
        head = {self[k] for k in range(self._head_of_brace(i), i)}
        return bool(head & {"class", "struct", "enum", "namespace", "union"})

    def _runs(self, i):
        while i is not None:
            if self.tokens[i].text == "{" and self.tokens[i].constant:
                return False
            i = self.tokens[i].parent
        return True

    def statement_of(self, i):
        """First and last token of the innermost statement that token `i` is in."""
        first = i
        while first > 0 and not (self[first - 1] in (";", "{", "}") and self._opens_statement(first - 1)):
            first = self.tokens[first - 1].mate if self[first - 1] in CLOSE else first - 1
        last = i
        while last + 1 < len(self.tokens) and self[last] != ";" and self[last + 1] != "}":
            last = self.tokens[last].mate if self[last] in OPEN else last + 1
        return first, last

    def _opens_statement(self, i):
        return self[i] == ";" or self.tokens[i].code or (self[i] == "}" and self.tokens[self.tokens[i].mate].code)

    def operand_left(self, i, level):
        """First token of what stands left of an operator of `level` at token `i`."""
        j = i - 1
        while j >= 0:
            text = self[j]
            if text in CLOSE:
                if text == ")" and self[self.tokens[j].mate - 1] in CONTROL:
                    break
                if text == "}" and self.tokens[self.tokens[j].mate].code and self[self.tokens[j].mate - 1] != ")":
                    break
                j = self.tokens[j].mate - 1
                continue
            if text in OPEN or text in (";", ",", "return", "case", "else") or self._looser(j, level):
                break
            j -= 1
        return j + 1

    def operand_right(self, i, level):
        """Last token of what stands right of an operator of `level` at token `i`, which groups to the left."""
        j = i + 1
        while j < len(self.tokens):
            text = self[j]
            if text in CLOSE or text in (";", ",") or self._looser(j, level + 1):
                break
            j = (self.tokens[j].mate if text in OPEN else j) + 1
        return j - 1

    def _looser(self, j, level):
        text = self[j]
        if text == ":":
            return True
        return self.tokens[j].binary and LEVEL[text] < level

    def postfix(self, i):
        """First and last token of the chain of members, calls and subscripts that name `i` ends, with its call."""
        first = i
        while True:
            before = self[first - 1]
            if before in (".", "->"):
                first -= 1
                if self[first - 1] in (")", "]"):
                    first = self.tokens[first - 1].mate
                    while self[first - 1] in (")", "]"):
                        first = self.tokens[first - 1].mate
                    if re.match(r"\w", self[first - 1]) and self[first - 1] not in KEYWORDS:
                        first -= 1
                elif re.match(r"\w", self[first - 1]):
                    first -= 1
                else:
                    return None
            elif before == "::" and re.match(r"\w", self[first - 2]):
                first -= 2
            else:
                break
        last = i
        while self[last + 1] in ("(", "[") and self.tokens[last + 1].start == self.tokens[last].end:
            last = self.tokens[last + 1].mate
        return first, last
