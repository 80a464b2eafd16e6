from _collections import OrderedDict, defaultdict, _tuplegetter, _count_elements, deque
od=OrderedDict([('a',1),('b',2),('c',3)])
print(od, OrderedDict(), repr(od.keys()), od.items(), od.values())
for k in range(6):
    od[k]=k
for k in (3,2,'c',5):
    od.move_to_end(k,last=False); print(list(od))
for i in range(50):
    od.move_to_end(list(od)[len(od)//2], last=(i%3==0))
print(list(od)); print(od.popitem(), od.popitem(last=False), len(od))
try: od.move_to_end('zz')
except KeyError as e: print(repr(e))
class O(OrderedDict):
    def __setitem__(self,k,v):
        print('set',k,v); super().__setitem__(k,v)
o=O(a=1); o.update([(1,2)]); print(o, o.copy()); o.x=5; print(o.__reduce__()[:3])
print(od==dict(od), od==OrderedDict(reversed(list(od.items()))), dict(od)==od)
try:
    for k in od: od['new']=1
except RuntimeError as e: print(e)
it=iter(od)
d=defaultdict(list, a=[1]); d['b'].append(3); print(d, d.default_factory, d.copy(), d|{'z':1}, {'z':1}|d)
class DD(defaultdict):
    def __missing__(self,k): return k*2
try: defaultdict(3)
except TypeError as e: print(e)
try: defaultdict()['x']
except KeyError as e: print(repr(e))
t=_tuplegetter(1,'doc'); print(t, t.__doc__)
class T(tuple): f=_tuplegetter(1,'d')
print(T((1,2)).f)
try: T((1,)).f
except IndexError as e: print(e)
c={}; _count_elements(c,'abracadabra'); print(c)
print(OrderedDict.fromkeys('abc',3), od|{1:2}, type({1:2}|od))
import sys
class S(OrderedDict): pass
s=S(); s[1]=s; print(s)
print(list(reversed(OrderedDict.fromkeys('abc'))), list(reversed(OrderedDict.fromkeys('abc').items())))
class M(defaultdict):
    __slots__=('q',)
m=M(int); m.q=4; print(m.q, m[1], m)
print(OrderedDict.__name__, OrderedDict.__module__, type(od.keys()), type(iter(od)))
import gc; gc.collect()
