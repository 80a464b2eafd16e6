# Texts in ISO 8601 format, and in nearly that format.
from datetime import date, datetime, time, timedelta, timezone

DATES = ["2020-02-29", "20200229", "2020-W09-6", "2020W096", "2020-W09", "2020W09", "2020-060", "2020060", "2020-02",
         "0001-01-01", "9999-12-31", "2021-02-29", "2020-00-01", "0000-01-01", "2020-W00-1", "2020-W53-7", "2020W538",
         "2020-W091", "2020W09-6", "2020-0229", "202002-29", "+2020-02-29", " 2020-02-29"]
TIMES = ["", "00", "23", "12:30", "1230", "12:30:45", "123045", "12:30:45.1", "12:30:45,123", "12:30:45.123456789",
         "123045.5", "12304550", "24:00", "12:60", "12:30:60", "1", "12:3", "12:30:", "12:", "12.5", "12:30.5",
         "1230:45", "12:3045", "12:30:45.", "12:30:45.x", "-12:30", "12:30:45\0", "x"]
ZONES = ["", "Z", "z", "+00:00", "-00:00", "+01", "-0130", "+01:30:15", "-01:30:15.000123", "+23:59", "+24:00", "-24:00",
         "+", "+1", "+01:", "+013", "Zx", "ZZ", "+00:00:00.000001", "-00:00:00.5", "+01:60", "+0130:15"]


def result(make, text):
    try:
        return repr(make(text))
    except Exception as error:
        return type(error).__name__ + ": " + str(error)


for text in DATES:
    print(ascii(text), result(date.fromisoformat, text), result(datetime.fromisoformat, text), sep=" | ")
for text in TIMES:
    print(ascii(text), result(time.fromisoformat, text), result(time.fromisoformat, "T" + text), sep=" | ")
    print("   ", result(datetime.fromisoformat, "2020-02-29T" + text))
for text in ZONES:
    print(ascii(text), result(time.fromisoformat, "12:30" + text), sep=" | ")
    for head in ("2020-02-29T12:30:01.5", "20200229 123001", "2020-W09-6T12", "2020W09T1230"):
        print("   ", result(datetime.fromisoformat, head + text))
for separator in ["T", " ", "-", "1", "\u00e9", "\u20ac", "\U0001f600", "\ud800", "\0", ":", "TT", ""]:
    for day in ("2020-02-29", "20200229", "2020-W09-6", "2020W096", "2020-W09", "2020W09"):
        text = day + separator + "12:30"
        print(ascii(text), ascii(result(datetime.fromisoformat, text)))
for text in [None, 5, b"2020-02-29", bytearray(b"2020-02-29"), ["2020-02-29"], date(2020, 2, 29)]:
    print(result(date.fromisoformat, text), result(datetime.fromisoformat, text), result(time.fromisoformat, text))

# What is written is read.
check = 0
for i in range(3000):
    moment = datetime(1 + i * 3, 1 + i % 12, 1 + i % 28, i % 24, i % 60, i % 59, i * 331 % 1000000)
    if i % 3:
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=i % 1439 - 719, seconds=i % 2)))
    text = moment.isoformat("T_ "[i % 3])
    assert datetime.fromisoformat(text) == moment, text
    assert time.fromisoformat(moment.timetz().isoformat()) == moment.timetz()
    check = (check * 31 + sum(map(ord, text))) % 1000003
print(check)
