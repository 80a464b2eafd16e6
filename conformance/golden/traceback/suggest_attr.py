class Account:
    balance = 0
    owner = None
Account().balanse
