# Events, errors and places of pyexpat.
import xml.parsers.expat as expat
from xml.parsers.expat import errors, model

HANDLERS = [
    "StartElement", "EndElement", "ProcessingInstruction", "CharacterData", "UnparsedEntityDecl",
    "NotationDecl", "StartNamespaceDecl", "EndNamespaceDecl", "Comment", "StartCdataSection",
    "EndCdataSection", "Default", "NotStandalone", "ExternalEntityRef", "StartDoctypeDecl",
    "EndDoctypeDecl", "EntityDecl", "XmlDecl", "ElementDecl", "AttlistDecl", "SkippedEntity",
]


def parse(data, only=None, step=None, **options):
    parser = expat.ParserCreate(**options)

    rest = []

    def told():
        if rest:
            print("   Default", repr("".join(rest)))
            rest.clear()

    def install(name, attribute):
        def handler(*args):
            if name == "Default":
                rest.append(args[0].replace("\r", ""))
                return
            told()
            place = parser.CurrentLineNumber, parser.CurrentColumnNumber, parser.CurrentByteIndex
            print("  ", name, args, place)
            return 1
        setattr(parser, attribute, handler)

    for name in HANDLERS:
        if only is None or name in only:
            install(name, name + "Handler")
    try:
        if step:
            for i in range(0, len(data), step):
                parser.Parse(data[i : i + step], False)
            parser.Parse(b"", True)
        else:
            parser.Parse(data, True)
        told()
    except expat.ExpatError as e:
        told()
        print("  !", e, e.code, e.lineno, e.offset, errors.messages[e.code], parser.ErrorByteIndex)
    except (LookupError, ValueError) as e:
        print("  !", type(e).__name__, e)


DOCUMENT = b"""<?xml version="1.0" encoding="iso-8859-1" standalone="no"?>
<?style href="x"?>
<!DOCTYPE root PUBLIC "-//a  b//" "root.dtd" [
<!NOTATION n SYSTEM "n.exe">
<!ELEMENT root (a|(b,c?)*)+>
<!ELEMENT a (#PCDATA|b)*>
<!ELEMENT e EMPTY>
<!ATTLIST root one CDATA #IMPLIED two (x|y) "x" three NMTOKENS #REQUIRED four CDATA #FIXED "f">
<!ENTITY inner "text <a>in</a> &#38;amp;">
<!ENTITY outer SYSTEM "outer.xml">
<!ENTITY pic SYSTEM "p.gif" NDATA n>
<!ENTITY % param "<!--in-->">
]>
<root three=" a  b " one='q"&lt;&#65;'>
  <!-- comment -->\xe9\r\n<![CDATA[<raw>&]]>&inner;&outer;&missing;
  <a/><b x="1">t</b >
</root>
<!--after-->
"""
print("all")
parse(DOCUMENT)
print("in pieces, without the rest")
parse(DOCUMENT, ["StartElement", "EndElement", "Comment", "StartDoctypeDecl", "EndDoctypeDecl"], 7)
print("default only")
parse(DOCUMENT, ["Default"])
print("namespaces")
SPACES = b'<p:a xmlns:p="u" xmlns="d" p:k="1" k="2"><b xmlns=""/><p:c xmlns:p="v"/></p:a>'
parse(SPACES, namespace_separator="|")
parse(SPACES, ["StartElement"], namespace_separator="")
for text in ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "koi8-r"]:
    data = '<?xml version="1.0"?><a b="\u0439">\u0439 x</a>'
    if text == "koi8-r":
        data = data.replace("?>", " encoding='koi8-r'?>", 1)
    print(text)
    parse(data.encode(text), ["StartElement", "CharacterData"])
print("str")
parse("<?xml version='1.0' encoding='latin-1'?><a>\u20ac</a>", ["CharacterData"])

BAD = [
    b"abc", b"abc<", b"<", b"<a", b"<a>", b"<a></b>", b"<a><b></a></b>", b"<a/><b/>", b"<a/>x",
    b'<a x="1" x="2"/>', b"<a b=c/>", b'<a b="<"/>', b'<a b="1"c="2"/>', b"<a>&foo;</a>", b"<a>&#0;</a>",
    b"<a>&#x110000;</a>", b"<a>&#xD800;</a>", b"<a>& </a>", b"<a>\x01</a>", b"<a>\xff</a>", b"<a>\xc3",
    b"<a>]]></a>", b"<a><!-- -- --></a>", b" <?xml version='1.0'?><a/>",
    b"<?xml version='1.0' encoding='x-y-z'?><a/>", b"<?xml version='1.0' encoding='utf-7'?><a/>", b"<?xml version='1.0' standalone='x'?><a/>",
    b"<a><![CDATA[x</a>",
    b'<!DOCTYPE a [<!ENTITY e "&e;">]><a>&e;</a>', b'<!DOCTYPE a [<!ENTITY e "<b>">]><a>&e;</a>',
    b'<!DOCTYPE a [<!ENTITY e "</a>">]><a>&e;</a>', b'<!DOCTYPE a [<!ENTITY e "<">]><a b="&e;"/>',
    b'<!DOCTYPE a [<!ENTITY e SYSTEM "x">]><a b="&e;"/>', b'<!DOCTYPE a [<!ENTITY e SYSTEM "x" NDATA n>]><a>&e;</a>',
    b'<!DOCTYPE a [<!ENTITY e "%p;">]><a/>', b"<!DOCTYPE a [<!ELEMENT a (b,c|d)>]><a/>", b"<!DOCTYPE a [<!FOO a>]><a/>",
    b"<a>\n <b>\n  &x;</b></a>",
]
for bad in BAD:
    print(bad)
    parse(bad, ["CharacterData"])
for bad in [b"<p:a/>", b"<a p:b='1'/>", b"<a xmlns:p=''/>", b"<a xmlns:xml='u'/>", b"<a xmlns:xmlns='u'/>",
            b"<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", b"<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>",
            b"<a xmlns:p='a b'><p:b/></a>"]:
    print(bad)
    parse(bad, ["StartElement"], namespace_separator=" ")

# The bomb.
bomb = "<!DOCTYPE l [<!ENTITY a0 'aaaaaaaaaa'>"
bomb += "".join(f"<!ENTITY a{i + 1} '{f'&a{i};' * 10}'>" for i in range(9)) + "]><l>&a9;</l>"
try:
    expat.ParserCreate().Parse(bomb, True)
except expat.ExpatError as e:
    print(e)

# Buffered text, settings, and what cannot be set.
parser = expat.ParserCreate()
parser.buffer_text = True
parser.ordered_attributes = 1
seen = []
parser.CharacterDataHandler = seen.append
parser.StartElementHandler = lambda *args: seen.append(args)
parser.Parse("<a z='1' b='2'>one\ntwo &amp; <b/>three</a>", True)
print(seen, parser.buffer_size, parser.buffer_used, sorted(parser.intern))
for name, value in [("buffer_size", 0), ("buffer_size", "x"), ("buffer_size", -1)]:
    try:
        setattr(parser, name, value)
    except Exception as e:
        print(type(e).__name__, e)
for args in [dict(namespace_separator="xx"), dict(namespace_separator=1), dict(encoding=1), dict(intern=[])]:
    try:
        expat.ParserCreate(**args)
    except Exception as e:
        print(type(e).__name__, e)
try:
    parser.Parse(b"x")
except expat.error as e:
    print(e, e.code)
print(expat.ErrorString(7), expat.ErrorString(999))
print(sorted(n for n in dir(errors) if n.startswith("XML")) == sorted(
    "XML_ERROR_" + n for n in
    [k[10:] for k in dir(errors) if k.startswith("XML_ERROR_")]), len(errors.codes), model.XML_CTYPE_SEQ)


def boom(*args):
    raise RuntimeError("from the handler")


parser = expat.ParserCreate()
parser.StartElementHandler = boom
try:
    parser.Parse("<a><b/></a>", True)
except RuntimeError as e:
    print(e)

# An external entity and an external document type.
def external(context, base, system, public):
    print("external", context, base, system, public)
    child = parser.ExternalEntityParserCreate(context)
    text = b"<!ENTITY late 'from the dtd'><!ATTLIST a k CDATA 'v'>" if context is None else b"<i>&late;</i>"
    child.Parse(text, True)
    return 1


parser = expat.ParserCreate()
parser.SetBase("base")
print(parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS))
parser.ExternalEntityRefHandler = external
parser.StartElementHandler = lambda *args: print("start", args)
parser.CharacterDataHandler = lambda text: print("text", text)
parser.Parse("<!DOCTYPE a SYSTEM 'a.dtd' [<!ENTITY e SYSTEM 'e.xml'>]><a>&e;&late;</a>", True)
