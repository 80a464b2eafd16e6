# run: -m _plain_mod x
