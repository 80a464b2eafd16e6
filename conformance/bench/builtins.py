#!/usr/bin/env python3
"""Nanoseconds of the operations of builtin types, one row each, in two interpreters.

    builtins.py [INTERPRETER [BASE]]        # default: target/release/taipan /usr/bin/python3.11

Sorted by ratio, the slowest against the base first: where to look next. Best of three runs of CPU
time, the loop included; a row says nothing below some 10 %.
"""
import os
import subprocess
import sys
import time

S = "s='hello world foo bar baz '*4"
# name, what is set up, what is timed, how often
ROWS = [
    ('split ws', S, 's.split()', 40000),
    ('split ,', 's=",".join(map(str,range(30)))', 's.split(",")', 40000),
    ('join list', 'l=[str(i) for i in range(30)]', '",".join(l)', 40000),
    ('join gen', 'l=[str(i) for i in range(30)]', '",".join(x for x in l)', 10000),
    ('replace', S, 's.replace("foo","quux")', 40000),
    ('replace none', S, 's.replace("zzz","quux")', 40000),
    ('find', S, 's.find("baz")', 40000),
    ('in', S, '"baz" in s', 40000),
    ('count', S, 's.count("o")', 40000),
    ('strip', S, 's.strip()', 40000),
    ('upper', S, 's.upper()', 40000),
    ('startswith', S, 's.startswith("hello")', 40000),
    ('startswith tup', S, 's.startswith(("x","hello"))', 40000),
    ('encode', S, 's.encode()', 40000),
    ('decode', 's=b"hello world"*5', 's.decode()', 40000),
    ('encode uni', 's="h\\u00e9llo w\\u20acrld"*5', 's.encode()', 40000),
    ('decode uni', 's=("h\\u00e9llo w\\u20acrld"*5).encode()', 's.decode()', 40000),
    ('translate', 's="hello world"*5;t=str.maketrans("lo","01")', 's.translate(t)', 40000),
    ('splitlines', 's="a line of text\\n"*10', 's.splitlines()', 40000),
    ('isdigit', 's="1234567"', 's.isdigit()', 40000),
    ('isalpha', 's="hello"', 's.isalpha()', 40000),
    ('isidentifier', 's="hello"', 's.isidentifier()', 40000),
    ('title', S, 's.title()', 40000),
    ('zfill', 's="12"', 's.zfill(8)', 40000),
    ('center', 's="12"', 's.center(20)', 40000),
    ('rfind', S, 's.rfind("hello")', 40000),
    ('slice', S, 's[3:20]', 40000),
    ('index', S, 's[7]', 40000),
    ('slice step', S, 's[::2]', 40000),
    ('reverse', S, 's[::-1]', 40000),
    ('concat', 'a="hello";c="world"', 'a+c', 40000),
    ('concat uni', 'a="h\\u20acllo";c="world"', 'a+c', 40000),
    ('str(int)', 'i=123456', 'str(i)', 40000),
    ('str(float)', 'i=3.14159', 'str(i)', 40000),
    ('repr float', 'i=1e100/3', 'repr(i)', 40000),
    ('int(str)', 'i="123456"', 'int(i)', 40000),
    ('float(str)', 'i="3.14159"', 'float(i)', 40000),
    ('fstr int', 'i=123', 'f"{i} {i}"', 40000),
    ('fstr float', 'i=1.5', 'f"{i:.2f}"', 40000),
    ('fstr width', 'i=15', 'f"{i:>8}"', 40000),
    ('fstr hex', 'i=15', 'f"{i:04x}"', 40000),
    ('fstr str', 'i="abc"', 'f"{i!r} {i}"', 40000),
    ('pct float', 'i=1.5', '"%.2f"%i', 40000),
    ('pct many', 'i=1', '"%d %s %05d %x"%(i,i,i,i)', 40000),
    ('pct dict', 'd={"a":1,"b":2}', '"%(a)s %(b)s"%d', 40000),
    ('format', 'i=1', '"{} {}".format(i,i)', 40000),
    ('format kw', 'i=1', '"{a} {b}".format(a=i,b=i)', 40000),
    ('repr str', S, 'repr(s)', 40000),
    ('repr list', 'l=list(range(20))', 'repr(l)', 10000),
    ('repr dict', 'l={i:str(i) for i in range(20)}', 'repr(l)', 10000),
    ('repr tuple', 'l=(1,2,"a")', 'repr(l)', 40000),
    ('ord', 'c="a"', 'ord(c)', 40000),
    ('chr', 'c=97', 'chr(c)', 40000),
    ('eq str', 'a="hello world";c="hello worle"', 'a==c', 40000),
    ('lt str', 'a="hello world";c="hello worle"', 'a<c', 40000),
    ('hash tuple', 'a=(1,2,3)', 'hash(a)', 40000),
    ('iter str', S, 'for c in s: pass', 4000),
    ('sum list', 'l=list(range(1000))', 'sum(l)', 400),
    ('sum range', 'l=range(1000)', 'sum(l)', 400),
    ('sum float', 'l=[1.5]*1000', 'sum(l)', 400),
    ('max list', 'l=list(range(1000))', 'max(l)', 400),
    ('min list', 'l=list(range(1000))', 'min(l)', 400),
    ('max key', 'l=list(range(100))', 'max(l,key=abs)', 400),
    ('max 2', 'a=1;c=2', 'max(a,c)', 40000),
    ('sorted', 'l=[i*7919%1000 for i in range(1000)]', 'sorted(l)', 400),
    ('sorted str', 'l=[str(i*7919%1000) for i in range(1000)]', 'sorted(l)', 400),
    ('sorted tup', 'l=[(i*7919%100,i) for i in range(1000)]', 'sorted(l)', 400),
    ('sorted strtup', 'l=[(str(i*7919%100),i) for i in range(1000)]', 'sorted(l)', 400),
    ('sort key', 'l=[str(i*7919%1000) for i in range(1000)]', 'sorted(l,key=len)', 400),
    ('enumerate', 'l=list(range(100))', 'for i,x in enumerate(l): pass', 2000),
    ('zip', 'l=list(range(100))', 'for i,x in zip(l,l): pass', 2000),
    ('map', 'l=list(range(100))', 'list(map(str,l))', 2000),
    ('filter', 'l=list(range(100))', 'list(filter(None,l))', 2000),
    ('list(range)', 'pass', 'list(range(100))', 2000),
    ('reversed', 'l=list(range(100))', 'for x in reversed(l): pass', 2000),
    ('any', 'l=[0]*100', 'any(l)', 2000),
    ('all', 'l=[1]*100', 'all(l)', 2000),
    ('isinstance', 'a=1', 'isinstance(a,int)', 40000),
    ('isinstance tup', 'a=1', 'isinstance(a,(str,int))', 40000),
    ('len', 'a=[1]', 'len(a)', 40000),
    ('append/pop', 'l=[]', 'l.append(1);l.pop()', 40000),
    ('extend', 'l=[];m=[1,2,3]', 'l.extend(m);l.clear()', 40000),
    ('insert0', 'l=[1]*50', 'l.insert(0,1);l.pop(0)', 40000),
    ('list copy', 'l=[1]*50', 'l[:]', 40000),
    ('list concat', 'l=[1]*50', 'l+l', 40000),
    ('list mul', 'l=[1]', 'l*50', 40000),
    ('list eq', 'l=[1]*50;m=[1]*50', 'l==m', 40000),
    ('list in', 'l=list(range(50))', '49 in l', 40000),
    ('list index', 'l=list(range(50))', 'l.index(49)', 40000),
    ('list slice set', 'l=list(range(50))', 'l[10:20]=[1]*10', 40000),
    ('dict get', 'd={1:2,"a":3}', 'd.get("a")', 40000),
    ('dict items', 'd={i:i for i in range(50)}', 'for k,v in d.items(): pass', 4000),
    ('dict setdefault', 'd={1:2,"a":3}', 'd.setdefault("a",1)', 40000),
    ('dict pop', 'd={}', 'd[1]=2;d.pop(1)', 40000),
    ('dict copy', 'd={i:i for i in range(50)}', 'd.copy()', 10000),
    ('dict()', 'pass', 'dict(a=1,b=2)', 40000),
    ('dict lit', 'pass', '{"a":1,"b":2}', 40000),
    ('dict zip', 'l=list(range(20))', 'dict(zip(l,l))', 10000),
    ('dict update', 'd={};e={i:i for i in range(20)}', 'd.update(e)', 10000),
    ('dict in', 'd={i:i for i in range(20)}', '5 in d', 40000),
    ('dict|', 'd={1:2};e={2:3}', 'd|e', 40000),
    ('set add', 's=set()', 's.add(1)', 40000),
    ('set lit', 'pass', '{1,2,3}', 40000),
    ('set(list)', 'l=list(range(50))', 'set(l)', 10000),
    ('set &', 'a=set(range(50));c=set(range(25,75))', 'a&c', 10000),
    ('set |', 'a=set(range(50));c=set(range(25,75))', 'a|c', 10000),
    ('set -', 'a=set(range(50));c=set(range(25,75))', 'a-c', 10000),
    ('set <=', 'a=set(range(50));c=set(range(75))', 'a<=c', 10000),
    ('frozenset hash', 'a=list(range(50))', 'hash(frozenset(a))', 10000),
    ('tuple(list)', 'l=[1]*20', 'tuple(l)', 40000),
    ('tuple eq', 'a=(1,2,3);c=(1,2,3)', 'a==c', 40000),
    ('tuple lt', 'a=(1,2,3);c=(1,2,4)', 'a<c', 40000),
    ('tuple concat', 'a=(1,2,3)', 'a+a', 40000),
    ('bytes join', 'l=[b"abc"]*20', 'b",".join(l)', 40000),
    ('bytes find', 's=b"hello world foo"', 's.find(b"foo")', 40000),
    ('bytes split', 's=b"a b c d e f"', 's.split()', 40000),
    ('bytes slice', 's=b"hello world foo"', 's[2:8]', 40000),
    ('bytes concat', 's=b"hello"', 's+s', 40000),
    ('bytearray +=', 's=bytearray()', 's+=b"abc"', 40000),
    ('bytearray del', 's=bytearray(b"abc"*100000)', 'del s[:2]', 40000),
    ('int.to_bytes', 'i=1234', 'i.to_bytes(4,"big")', 40000),
    ('int.from_bytes', 's=b"1234"', 'int.from_bytes(s,"big")', 40000),
    ('hex', 'i=1234', 'hex(i)', 40000),
    ('divmod', 'a=1234', 'divmod(a,7)', 40000),
    ('abs', 'a=-5', 'abs(a)', 40000),
    ('round', 'a=2.567', 'round(a,2)', 40000),
    ('pow', 'a=3', 'pow(a,5)', 40000),
    ('float ops', 'a=1.5', 'a*2.5+1.0', 40000),
    ('big add', 'a=1<<100', 'a+a', 40000),
    ('big mul', 'a=(1<<100)+1', 'a*a', 40000),
    ('big str', 'a=3**200', 'str(a)', 4000),
    ('big parse', 'a=str(3**200)', 'int(a)', 4000),
    ('big str long', 'a=3**5000', 'str(a)', 40),
    ('big div', 'a=3**500;c=3**100', 'a//c', 4000),
    ('big mul 1k', 'a=3**2000', 'a*a', 400),
    ('big mul 10k', 'a=3**20000', 'a*a', 10),
    ('big shift', 'a=3**200', 'a>>5', 40000),
    ('big and', 'a=3**200', 'a&a', 40000),
    ('big cmp', 'a=3**200;c=3**200+1', 'a<c', 40000),
    ('big pow', 'a=3', 'a**200', 4000),
    ('modpow', 'a=3**50', 'pow(a,65537,10**30+57)', 400),
    ('type', 'a=1', 'type(a)', 40000),
    ('range iter', 'pass', 'for i in range(100): pass', 2000),
    ('bool', 'a=[]', 'bool(a)', 40000),
    ('str.join chars', S, '"".join(reversed(s))', 2000),
    ('casefold', S, 's.casefold()', 40000),
    ('str mul', 'a="ab"', 'a*50', 40000),
    ('s+=', 's=""', 's+="x"', 40000),
    ('partition', S, 's.partition("foo")', 40000),
    ('expandtabs', 's="a\\tb"', 's.expandtabs()', 40000),
    ('str cmp uni', 'a="h\\u20acllo";c="h\\u20acllp"', 'a<c', 40000),
]


def measure():
    """Print a row's name and its time, for every row."""
    for name, setup, statement, n in ROWS:
        scope = {}
        exec("def f(n):\n  %s\n  for _ in range(n):\n    %s\n" % (setup, statement), scope)
        best = None
        for _ in range(3):
            start = time.process_time()
            scope["f"](n)
            took = time.process_time() - start
            best = took if best is None else min(best, took)
        print("%s\t%.1f" % (name, best / n * 1e9), flush=True)


def table(interp):
    """{name: nanoseconds} of an interpreter."""
    out = subprocess.run([interp, os.path.abspath(__file__), "--measure"], capture_output=True,
                         text=True, check=True).stdout
    return {name: float(ns) for name, _, ns in (row.partition("\t") for row in out.splitlines())}


def main():
    args = sys.argv[1:]
    if args == ["--measure"]:
        return measure()
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    ours = table(args[0] if args else os.path.join(root, "target", "release", "taipan"))
    base = table(args[1] if len(args) > 1 else "/usr/bin/python3.11")
    for name in sorted(ours, key=lambda name: -ours[name] / base[name]):
        print("%6.2f  %-16s %10.1f %10.1f" % (ours[name] / base[name], name, ours[name], base[name]))


if __name__ == "__main__":
    main()
