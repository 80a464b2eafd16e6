# The modules over pyexpat: ElementTree, minidom, sax, pulldom.
import io
import xml.dom.minidom as minidom
import xml.etree.ElementTree as ET
import xml.sax
from xml.dom import pulldom

TEXT = """<?xml version="1.0"?>
<!DOCTYPE lib SYSTEM "lib.dtd" [<!ENTITY name "value">]>
<lib xmlns="urn:d" xmlns:p="urn:p"><book p:id="1">One &name; &lt;</book><!-- c --><?go now?>
<book p:id="2"><![CDATA[<2>]]></book>tail</lib>"""
root = ET.fromstring(TEXT)
print(ET.tostring(root))
print([(b.attrib, b.text, b.tail) for b in root.iter("{urn:d}book")])
print(root.findall("d:book[2]", {"d": "urn:d"})[0].text)
for event, item in ET.iterparse(io.StringIO(TEXT), events=("start", "end", "start-ns", "end-ns", "comment", "pi")):
    print(event, getattr(item, "tag", item) if not callable(getattr(item, "tag", None)) else item.text)
pull = ET.XMLPullParser(["end"])
for i in range(0, len(TEXT), 9):
    pull.feed(TEXT[i : i + 9])
    print([e.tag for _, e in pull.read_events()], end=" ")
pull.close()
print()
for bad in ["<a>", "<a></b>", "", "x", "<a>&u;</a>", "<a><b/>"]:
    try:
        ET.fromstring(bad)
    except ET.ParseError as e:
        print(bad, e, e.code, e.position)
tree = ET.ElementTree(root)
out = io.BytesIO()
tree.write(out, encoding="utf-8", xml_declaration=True, default_namespace=None)
print(out.getvalue())
print(ET.canonicalize("<b z='1' a='2'><c/></b>"))

document = minidom.parseString(TEXT)
print(document.toxml())
print(document.doctype.internalSubset, [n.nodeName for n in document.documentElement.childNodes])
print(minidom.parseString("<a><b k='v'>t</b></a>").toprettyxml(indent=" "))


class Handler(xml.sax.ContentHandler):
    def startElement(self, name, attrs):
        print("start", name, dict(attrs))

    def endElement(self, name):
        print("end", name)

    def characters(self, content):
        print("text", repr(content))

    def startElementNS(self, name, qname, attrs):
        print("start", name, qname, dict(attrs))


xml.sax.parseString("<?xml version='1.0' encoding='iso-8859-1'?><a k='1'>\xe9<b/>\n</a>".encode("latin-1"), Handler())
reader = xml.sax.make_parser()
reader.setFeature(xml.sax.handler.feature_namespaces, True)
reader.setContentHandler(Handler())
reader.parse(io.BytesIO(b"<p:a xmlns:p='u' p:k='1'/>"))
try:
    xml.sax.parseString(b"<a>", Handler())
except xml.sax.SAXParseException as e:
    print(e)
for event, node in pulldom.parseString("<a><b>t</b></a>"):
    print(event, node.nodeName)
