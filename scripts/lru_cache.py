"""A cache that forgets what was used least recently: a dict and a doubly linked ring."""


class Node:
    __slots__ = ("key", "value", "before", "after")


class LRU:
    def __init__(self, size):
        self.size, self.nodes = size, {}
        self.hits = self.misses = 0
        self.ring = Node()
        self.ring.before = self.ring.after = self.ring

    def _unlink(self, node):
        node.before.after, node.after.before = node.after, node.before

    def _front(self, node):
        node.before, node.after = self.ring, self.ring.after
        self.ring.after.before = node
        self.ring.after = node

    def __getitem__(self, key):
        try:
            node = self.nodes[key]
        except KeyError:
            self.misses += 1
            raise
        self.hits += 1
        self._unlink(node)
        self._front(node)
        return node.value

    def __setitem__(self, key, value):
        node = self.nodes.get(key)
        if node is None:
            if len(self.nodes) >= self.size:
                oldest = self.ring.before
                self._unlink(oldest)
                del self.nodes[oldest.key]
            node = self.nodes[key] = Node()
            node.key = key
        else:
            self._unlink(node)
        node.value = value
        self._front(node)

    def __contains__(self, key):
        return key in self.nodes

    def __len__(self):
        return len(self.nodes)

    def __iter__(self):
        node = self.ring.after
        while node is not self.ring:
            yield node.key
            node = node.after

    def __repr__(self):
        return f"LRU({', '.join(f'{k!r}: {self.nodes[k].value!r}' for k in self)})"


def cached(size):
    def decorate(fn):
        cache = LRU(size)

        def wrapper(*args):
            try:
                return cache[args]
            except KeyError:
                result = cache[args] = fn(*args)
                return result
        wrapper.cache = cache
        wrapper.__name__ = fn.__name__
        return wrapper
    return decorate


if __name__ == "__main__":
    cache = LRU(3)
    for key, value in zip("abcd", range(4)):
        cache[key] = value
        print(cache)
    print(cache["b"], cache, "a" in cache, len(cache))
    cache["e"] = 9
    print(cache, list(cache))
    try:
        cache["c"]
    except KeyError as e:
        print("gone:", e)

    @cached(100)
    def paths(x, y):
        return 1 if x == 0 or y == 0 else paths(x - 1, y) + paths(x, y - 1)

    print(paths(16, 16), paths.cache.hits, paths.cache.misses, len(paths.cache), paths.__name__)
