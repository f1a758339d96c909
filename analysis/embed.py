#!/usr/bin/python3
"""Write C arrays of the files that report.html carries in itself.

	embed.py NAME=FILE[,FILE]... > report_assets.c

Several files are scripts, and become one function that is called at once, so
that they share names with each other and with nobody else.  Each NAME becomes struct fv_report_asset fv_report_assets_NAME.  A file is refused
that would end the HTML element it is put into, that asks a browser for another
file (a source map), or that is not UTF-8.
"""
import re
import sys

PER_LINE = 16


def clean(name, text):
    # Chart.js names a source map, which a browser's tools would ask for.
    text = re.sub(r"\n//# sourceMappingURL=.*\n?$", "\n", text)
    for word in ("</script", "</style", "<!--", "sourceMappingURL"):
        if word in text.lower():
            sys.exit(f"embed.py: {name}: has {word} in it")
    return text


def read(name, paths):
    texts = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            texts.append(clean(name, file.read()))
    if len(texts) == 1:
        return texts[0]
    return "(function () {\n'use strict';\n" + "\n".join(texts) + "})();\n"


def main():
    print('#include "analysis/report_assets.h"')
    for argument in sys.argv[1:]:
        name, paths = argument.split("=", 1)
        data = read(name, paths.split(",")).encode()
        # Signed, as char may be.
        numbers = [str(b - 256 if b > 127 else b) for b in data + b"\0"]
        print(f"\nstatic const char {name}[] = {{")
        for at in range(0, len(numbers), PER_LINE):
            print("\t" + ", ".join(numbers[at:at + PER_LINE]) + ",")
        print("};\n")
        print(f"const struct fv_report_asset fv_report_assets_{name} = {{")
        print(f"\t{name}, sizeof({name}) - 1")
        print("};")


if __name__ == "__main__":
    main()
