print("crlf")
if 1:
    print("in block")
