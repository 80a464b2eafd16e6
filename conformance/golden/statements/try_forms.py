def run(kind):
    try:
        print("try", kind)
        if kind == "value":
            raise ValueError("v")
        if kind == "key":
            raise KeyError("k")
        if kind == "type":
            raise TypeError
        if kind == "return":
            return "from try"
    except ValueError as e:
        print("except", repr(e))
    except (KeyError, IndexError) as e:
        print("except tuple", e.args)
        return "from except"
    except:
        print("bare")
    else:
        print("else")
    finally:
        print("finally")
    return "end"
for k in ("none", "value", "key", "type", "return"):
    print(run(k))
def fin():
    try:
        return 1
    finally:
        return 2
print(fin())
def fin2():
    for i in range(3):
        try:
            continue
        finally:
            print("f", i)
    while True:
        try:
            break
        finally:
            print("g")
fin2()
def fin3():
    while True:
        try:
            1 / 0
        except ZeroDivisionError:
            try:
                return "inner"
            finally:
                print("inner finally")
        finally:
            print("outer finally")
            break
    return "after"
print(fin3())
def name_deleted():
    e = "kept?"
    try:
        raise OSError("x")
    except OSError as e:
        pass
    try:
        e
    except UnboundLocalError as u:
        print(u)
name_deleted()
def bad_match():
    try:
        raise ValueError
    except 42:
        pass
try:
    bad_match()
except TypeError as e:
    print(e, repr(e.__context__))
def bad_match2():
    try:
        raise ValueError
    except (KeyError, "str"):
        pass
try:
    bad_match2()
except TypeError as e:
    print(e)
