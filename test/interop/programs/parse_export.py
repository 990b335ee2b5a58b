"""Reads a file that vuicc export has written, and prints it as JSON.

Run with a kind (yaml, libconfig, ini, csv, json) and the file.
"""

import configparser
import csv
import json
import sys

kind, file = sys.argv[1:]
with open(file, encoding="ascii") as lines:
    if kind == "yaml":
        import yaml

        found = yaml.safe_load(lines)
    elif kind == "libconfig":
        import libconf

        found = libconf.load(lines)
    elif kind == "ini":
        parser = configparser.ConfigParser(interpolation=None)
        parser.read_file(lines)
        found = {name: dict(parser[name]) for name in parser.sections()}
    elif kind == "csv":
        found = list(csv.reader(line for line in lines if not line.startswith("#")))
    else:
        found = [json.loads(line) for line in lines]
json.dump(found, sys.stdout)
