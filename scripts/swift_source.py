"""Swift source reduced to its code: what the checks of this project read.

`code_only` blanks comments and the text of string literals and keeps line breaks and columns, so
that a match in the result stands at the same place in the file. Code inside `\\(…)` is code.
"""

import re

_STRING_START = re.compile(r'(#*)("""|")')


def code_only(text):
    """The text with comments and string literals replaced by spaces, same length, same lines."""
    return "".join(_code(text, 0, None)[0])


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def _code(text, position, closing):
    """Code from `position` up to the parenthesis that closes an interpolation, or to the end."""
    out, depth = [], 0
    while position < len(text):
        character = text[position]
        if text.startswith("//", position):
            end = text.find("\n", position)
            end = len(text) if end < 0 else end
        elif text.startswith("/*", position):
            end = _comment_end(text, position)
        else:
            start = _STRING_START.match(text, position)
            if start:
                pieces, position = _string(text, start)
                out += pieces
                continue
            if closing and character == ")" and depth == 0:
                return out, position
            depth += (character == "(") - (character == ")")
            out.append(character)
            position += 1
            continue
        out.append(_blank(text[position:end]))
        position = end
    return out, position


def _comment_end(text, position):
    """Block comments nest."""
    depth = 0
    for token in re.compile(r"/\*|\*/").finditer(text, position):
        depth += 1 if token.group() == "/*" else -1
        if depth == 0:
            return token.end()
    return len(text)


def _string(text, start):
    """A string literal from its opening: (pieces, position after it)."""
    pounds, quotes = start.groups()
    closing, escape = quotes + pounds, "\\" + pounds
    out, position = [_blank(start.group())], start.end()
    while position < len(text):
        if text.startswith(escape + "(", position):
            out.append(" " * (len(escape) + 1))
            inner, position = _code(text, position + len(escape) + 1, closing=True)
            out += inner
        elif text.startswith(escape, position):
            # An escaped character; an escaped line break keeps its line.
            out.append(_blank(text[position:position + len(escape) + 1]))
            position += len(escape) + 1
        elif text.startswith(closing, position):
            return out + [_blank(closing)], position + len(closing)
        elif text[position] == "\n" and quotes == '"':
            return out, position
        else:
            out.append(_blank(text[position]))
            position += 1
    return out, position
