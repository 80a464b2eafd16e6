import sys
def hook(t, v, tb):
    raise KeyError("hook broke")
sys.excepthook = hook
raise ValueError("original")
