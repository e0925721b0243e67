#!/usr/bin/env python3
"""Checks a page of LeakWatch for what its readers need, whatever they read it with.

  check_page.py < DOM

Prints each fault on a line: landmarks, headings, tables, pictures, names of links and regions, ids,
what a page without scripts must not have, and the contrast of every colour of the style, light and
dark (WCAG 2.2: 4.5 for text, 3 for lines).
"""

import html.parser
import itertools
import re
import sys

VOID = {"meta", "link", "br", "img", "input", "hr"}
TEXT = ["ink", "soft", "link", "page", "warning", "ticket", "good"]
LINES = ["memory", "heap", "trend", "pause", "requests", "page", "soft"]
AREAS = ["anon", "shmem", "kernel", "sock", "file"]


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, dict(attributes), parent
        self.children, self.words = [], ""

    def all(self, *tags):
        for child in self.children:
            if child.tag in tags:
                yield child
            yield from child.all(*tags)

    @property
    def text(self):
        return (self.words + " ".join(child.text for child in self.children)).strip()


class Tree(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.root = self.at = Element("root", [], None)
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        element = Element(tag, attributes, self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag, attributes):
        self.at.children.append(Element(tag, attributes, self.at))

    def handle_endtag(self, tag):
        element = self.at
        while element.parent and element.tag != tag:
            element = element.parent
        if element.parent:
            self.at = element.parent

    def handle_data(self, data):
        self.at.words += data


def faults(text):
    root = Tree(text).root
    yield from structure(root)
    yield from headings(root)
    yield from tables(root)
    yield from pictures(root)
    yield from names(root)
    yield from style(" ".join(s.text for s in root.all("style")))


def structure(root):
    for tag in ("main", "h1", "header", "footer", "title"):
        found = [e for e in root.all(tag) if tag != "title" or e.parent.tag == "head"]
        if len(found) != 1 or not found[0].text:
            yield f"{len(found)} <{tag}>, one with a text is wanted"
    if next(root.all("html")).attributes.get("lang") != "en":
        yield "the page's language is not said"
    ids = [e.attributes["id"] for e in root.all(*every(root)) if "id" in e.attributes]
    for twice in {i for i in ids if ids.count(i) > 1}:
        yield f"the id {twice} stands twice"
    for element in root.all(*every(root)):
        if element.tag in ("script", "iframe", "form", "object", "link"):
            yield f"<{element.tag}> is not for this page"
        for name in element.attributes:
            if name == "style" or name.startswith("on"):
                yield f"<{element.tag} {name}=…>: the policy forbids it"
        for reference in element.attributes.get("aria-labelledby", "").split():
            if reference not in ids:
                yield f"<{element.tag}> is labelled by {reference}, which is not there"


def every(root):
    return {e.tag for e in walk(root)}


def walk(element):
    for child in element.children:
        yield child
        yield from walk(child)


def headings(root):
    levels = [int(e.tag[1]) for e in walk(root) if re.fullmatch("h[1-6]", e.tag)]
    if levels and levels[0] != 1:
        yield "the first heading is not <h1>"
    for before, after in itertools.pairwise(levels):
        if after > before + 1:
            yield f"<h{after}> follows <h{before}>"


def tables(root):
    for table in root.all("table"):
        if not any(c.text for c in table.all("caption")):
            yield "a table has no caption"
        width = None
        for row in table.all("tr"):
            cells = [c for c in row.children if c.tag in ("th", "td")]
            width = width or len(cells)
            if len(cells) != width:
                yield f"a row of {len(cells)} cells in a table of {width}"
            if not any(c.tag == "th" for c in cells):
                yield "a row has no heading"
        for heading in table.all("th"):
            if heading.attributes.get("scope") not in ("col", "row") or not heading.text:
                yield "a table's heading lacks its scope or its text"
        region = table.parent
        if region.attributes.get("role") != "region" or region.attributes.get("tabindex") != "0" \
                or not region.attributes.get("aria-labelledby"):
            yield "a wide table cannot be scrolled by keys, or has no name"


def pictures(root):
    for picture in root.all("svg"):
        if picture.attributes.get("aria-hidden") == "true":
            continue
        told = [c.text for c in picture.children if c.tag in ("title", "desc")]
        if picture.attributes.get("role") != "img" or len(told) != 2 or not all(told):
            yield "a picture has no role, no title or no description"


def names(root):
    for link in root.all("a"):
        if not link.text or not link.attributes.get("href"):
            yield "a link without a text or an address"
    for list_ in root.all("dl"):
        if not any(list_.all("dt")) or not any(list_.all("dd")):
            yield "a list of terms without terms"


def style(text):
    light, dark = re.findall(r":root\{(.*?)\}", text, re.DOTALL)[:2]
    first = dict(re.findall(r"--([\w-]+):(#[0-9a-f]+)", light))
    second = {**first, **dict(re.findall(r"--([\w-]+):(#[0-9a-f]+)", dark))}
    for scheme, colours in (("light", first), ("dark", second)):
        wanted = [(a, b, 4.5) for a in TEXT for b in ("ground", "raised")]
        wanted += [(a, "ground", 3) for a in LINES]
        wanted += [(a, b, 3) for a in ("memory", "heap", "trend") for b in AREAS]
        for front, back, least in wanted:
            ratio = contrast(colours[front], colours[back])
            if ratio < least:
                yield f"{scheme}: {front} on {back} has a contrast of {ratio:.1f}, not {least}"


def contrast(front, back):
    bright, dim = sorted((luminance(front), luminance(back)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


if __name__ == "__main__":
    found = list(dict.fromkeys(faults(sys.stdin.read())))
    print("\n".join(found))
    sys.exit(1 if found else 0)
