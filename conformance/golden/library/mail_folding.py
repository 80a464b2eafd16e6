# Headers of messages as lines: where they are broken, what is encoded.
from email import message_from_bytes, policy
from email.headerregistry import Address, Group, HeaderRegistry
from email.message import EmailMessage

long_word = 'abcdefghij' * 9
texts = ['short', 'a b ' * 30, 'ü', 'grün und blau ' * 8, long_word, 'x ' + long_word + ' y', 'Ü' * 60,
         'plain words and then größer and plain again, and so on until it is longer than a line can be',
         '日本語の見出し ' * 6, ' leading', 'trailing ', 'tab\tinside ' * 10]
for text in texts:
    m = EmailMessage()
    m['Subject'] = text
    print(m.as_bytes().decode())
    again = message_from_bytes(m.as_bytes(), policy=policy.default)
    print(again['Subject'] == text, len(max(m.as_bytes().splitlines(), key=len)))

m = EmailMessage()
m['From'] = Address('Jürgen "J" Müller, jr.', 'jm', 'example.com')
m['To'] = [Address('A' * 40, 'a', 'example.com'), Address('B ' * 30, 'b', 'example.com'), Address('', 'c', 'example.com')]
m['Cc'] = Group('Die Größten', [Address('Ä', 'ae', 'example.com'), Address('plain', 'p', 'example.com')]), Group('none')
m['Date'] = 'Mon, 23 Nov 2026 06:00:00 +0000'
m['Message-ID'] = '<' + 'x' * 90 + '@example.com>'
m.set_content('text\n')
for name in ['short.txt', 'with space.txt', 'ünï.txt', 'l' * 100 + '.txt', 'ü' * 60 + '.txt', 'semi;"quote".txt']:
    m.add_attachment(b'data', maintype='application', subtype='octet-stream', filename=name)
for part in [m, *m.iter_attachments()]:
    part.policy = policy.default
    for name, value in part.items():
        if 'boundary' not in value:
            print(value.fold(policy=policy.default), end='')
print([part.get_filename() for part in message_from_bytes(m.as_bytes(), policy=policy.default).iter_attachments()]
      == [part.get_filename() for part in m.iter_attachments()])
registry = HeaderRegistry()
for name, value in [('Subject', 'äb ' * 12), ('Content-Type', 'text/plain; charset="utf-8"; title="a b c ' + 'd ' * 30 + '"'),
                    ('Content-Disposition', 'attachment; filename*=iso-8859-1\'\'%E4%F6%FC.txt'), ('X-Y', 'z ' * 50)]:
    header = registry(name, value)
    for length in 78, 40, 0:
        print(header.fold(policy=policy.default.clone(max_line_length=length)), end='')
    print(header.fold(policy=policy.SMTPUTF8).encode(), header.defects)
