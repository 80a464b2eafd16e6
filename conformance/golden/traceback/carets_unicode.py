def f():
    é = "日本語"; return é + 5
f()
