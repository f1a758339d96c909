#!/usr/bin/python3
"""Read a page as a browser would, and say what is wrong with it: tags that do
not match, an identifier twice, a link within the page to nowhere, attributes
that the policy forbids, or anything that asks for another file.

	html_check.py PAGE
"""
import html.parser
import re
import sys

VOID = {"meta", "br", "hr", "img", "input", "link", "rect"}
FORBIDDEN = {"style", "src", "srcset", "action", "background", "ping"}


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.ids, self.links = [], [], [], []
        self.labels = []
        self.rows = 0

    def fault(self, text):
        self.faults.append(f"line {self.getpos()[0]}: {text}")

    def handle_starttag(self, tag, attrs):
        self.rows += tag == "tr"
        for name, value in attrs:
            if name in FORBIDDEN or name.startswith("on"):
                self.fault(f"<{tag} {name}>")
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)
            if name == "aria-labelledby":
                self.labels.append(value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.fault(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    page = Page()
    page.feed(text)
    page.close()
    faults = page.faults
    if page.open:
        faults.append(f"not closed: {page.open}")
    faults += [f"id {i} twice" for i in set(page.ids)
               if page.ids.count(i) > 1]
    faults += [f"link to {link}" for link in page.links
               if not link.startswith("#") or link[1:] not in page.ids]
    faults += [f"label {label}" for label in page.labels
               if label not in page.ids]
    css = re.search(r"<style>(.*?)</style>", text, re.S).group(1)
    if "url(" in css or "@import" in css:
        faults.append("the style sheet asks for a file")
    if not text.startswith("<!DOCTYPE html>"):
        faults.append("no doctype")
    print("\n".join(faults))
    print(f"{len(page.ids)} identifiers, {len(page.links)} links, "
          f"{page.rows} rows, {len(text)} characters")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
