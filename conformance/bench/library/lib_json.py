# bench: name=json args=150
# dumps and loads of documents of several kinds: records, numbers, text, nesting.
import json
import sys


def documents():
    records = [
        {
            "id": i,
            "name": "user%d" % i,
            "email": "user%d@example.org" % i,
            "active": i % 3 == 0,
            "score": i * 1.25,
            "tags": ["a", "b", "c%d" % (i % 7)],
            "address": {"street": "Main %d" % i, "zip": "%05d" % i, "geo": [i / 7, -i / 3]},
            "note": None,
        }
        for i in range(200)
    ]
    numbers = [i * i - 50000 for i in range(1500)] + [i / 8 for i in range(1500)]
    words = ["plain", "with \"quotes\"", "umlaut \u00e4\u00f6", "tab\tnew\nline", "\u4f60\u597d", "x" * 60]
    text = [words[i % 6] + str(i) for i in range(800)]
    nested = leaf = {}
    for i in range(60):
        leaf["level"] = i
        leaf["next"] = leaf = {}
    return {"records": records, "numbers": numbers, "text": text, "nested": nested}


def run(n):
    docs = documents()
    check = 0
    for i in range(n):
        for doc in docs.values():
            line = json.dumps(doc)
            check += len(line)
            assert json.loads(line) == doc
        check += len(json.dumps(docs["records"][:20], indent=2, sort_keys=True))
        check += len(json.dumps(docs["text"], ensure_ascii=False, separators=(",", ":")))
        for record in docs["records"]:
            check += json.loads(json.dumps(record))["id"]
    return check


print(run(int(sys.argv[1])))
