def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(20))
def primes(n):
    s = [True] * (n + 1)
    for i in range(2, int(n ** 0.5) + 1):
        if s[i]: s[i * i::i] = [False] * len(s[i * i::i])
    return [i for i in range(2, n + 1) if s[i]]
print(primes(60), len(primes(10000)))
