"""Makes of the lines that benchmarks wrote a table, on standard output, and a JSON file with the machine they ran on.

table.py LINES.json RESULTS.json
"""

import json
import os
import re
import sys


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        found = re.search(r"^(?:model name|CPU part)\s*:\s*(.*)$", info.read(), re.MULTILINE)
    return found.group(1) if found else os.uname().machine


def wanted(line):
    if "at_least" in line:
        return f"at least {line['at_least']:g}"
    return f"at most {line['at_most']:g}" if "at_most" in line else ""


with open(sys.argv[1], encoding="utf-8") as file:
    lines = [json.loads(line) for line in file]
machine = {"processor": processor(), "cores": os.cpu_count(), "system": " ".join(os.uname()[::2][:2])}
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump({"machine": machine, "rows": lines}, file, indent=1)

print(f"{machine['processor']}, {machine['cores']} cores. Medians of ratios of one run, lowest to highest.\n")
print("| benchmark | what | instructions | ratio | range | wanted | |")
print("|---|---|---|---|---|---|---|")
for line in lines:
    reached = {True: "reached", False: "**missed**", None: ""}[line.get("reached")]
    print(
        f"| {line['bench']} | {line['row']} | {line.get('target', '')} | {line['median']:.3f} "
        f"| {line['low']:.3f} to {line['high']:.3f} | {wanted(line)} | {reached} |"
    )
