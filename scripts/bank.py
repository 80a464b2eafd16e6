"""A bank with accounts of several kinds, transactions that undo themselves, and an audit trail."""


class BankError(Exception):
    """Base of what can go wrong."""


class InsufficientFunds(BankError):
    def __init__(self, account, amount):
        super().__init__(f"{account.owner} has {account.balance}, needs {amount}")
        self.missing = amount - account.balance


class Positive:
    """A descriptor that refuses negative numbers."""

    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner=None):
        return self if instance is None else getattr(instance, self.name)

    def __set__(self, instance, value):
        if value < 0:
            raise ValueError(f"{self.name[1:]} must not be negative, not {value}")
        setattr(instance, self.name, value)


class Account:
    kinds = {}
    balance = Positive()
    next_number = 1000

    def __init_subclass__(cls, kind, **options):
        super().__init_subclass__(**options)
        Account.kinds[kind] = cls

    def __init__(self, owner, balance=0):
        self.owner, self.balance, self.history = owner, balance, []
        self.number = Account.next_number
        Account.next_number += 1

    def deposit(self, amount):
        self.balance += amount
        self.history.append(+amount)

    def withdraw(self, amount):
        if amount > self.available:
            raise InsufficientFunds(self, amount)
        self.balance -= amount
        self.history.append(-amount)

    @property
    def available(self):
        return self.balance

    def month(self):
        return 0

    def __repr__(self):
        return f"<{type(self).__name__} {self.number} {self.owner}: {self.balance}>"


class Checking(Account, kind="checking"):
    fee = 2

    def month(self):
        fee = min(self.fee, self.balance)
        if fee:
            self.withdraw(fee)
        return -fee


class Savings(Account, kind="savings"):
    rate = 3

    @property
    def available(self):
        return self.balance - 50 if self.balance > 50 else 0

    def month(self):
        interest = self.balance * self.rate // 100
        if interest:
            self.deposit(interest)
        return interest


class Transaction:
    """All or nothing: what was done to the accounts is undone when the block fails."""

    def __init__(self, *accounts):
        self.accounts = accounts

    def __enter__(self):
        self.before = [(a, a.balance, len(a.history)) for a in self.accounts]
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            for account, balance, length in self.before:
                account.balance = balance
                del account.history[length:]
        return False


class Bank:
    def __init__(self):
        self.accounts, self.trail = {}, []

    def open(self, kind, owner, balance=0):
        account = Account.kinds[kind](owner, balance)
        self.accounts[account.number] = account
        self.trail.append(("open", account.number))
        return account

    def transfer(self, source, target, amount):
        try:
            with Transaction(source, target):
                target.deposit(amount)
                source.withdraw(amount)
        except InsufficientFunds as e:
            e.add_note(f"while moving {amount} from {source.number} to {target.number}")
            self.trail.append(("refused", e.missing))
            raise
        self.trail.append(("transfer", amount))

    def total(self):
        return sum(a.balance for a in self.accounts.values())

    def month(self):
        return {a.owner: a.month() for a in self.accounts.values()}


if __name__ == "__main__":
    bank = Bank()
    ann, bob = bank.open("checking", "Ann", 500), bank.open("savings", "Bob", 120)
    bank.transfer(ann, bob, 75)
    print(ann, bob, bank.total())
    for source, target, amount in ((bob, ann, 1000), (ann, bob, 426), (bob, ann, 145)):
        try:
            bank.transfer(source, target, amount)
            print("moved", amount)
        except BankError as e:
            print(f"{type(e).__name__}: {e} (missing {e.missing}) {e.__notes__}")
    print(ann, bob, bank.total(), ann.history, bob.history)
    for _ in range(12):
        last = bank.month()
    print(last, bank.total(), bank.trail)
    try:
        ann.balance = -1
    except ValueError as e:
        print(e)
    try:
        bank.open("offshore", "Eve")
    except KeyError as e:
        print("no such kind:", e)
    print(sorted(Account.kinds), Account.balance.name)
