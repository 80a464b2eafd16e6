def f(n):
    d = {}
    for i in range(1000):
        d[i] = i
    s = 0
    e = {'alpha': 1, 'beta': 2, 'gamma': 3}
    for r in range(n):
        for i in range(1000):
            d[i] = d[i] + 1
        e['alpha'] = e['beta'] + r
        e['beta'] = e['gamma'] + 1
        for i in range(200):
            s = s + e['alpha'] + e['gamma']
            e['beta'] = i
    return s + d[7]
print(f(60))
