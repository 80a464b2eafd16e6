# run: -m _pkmain a b
