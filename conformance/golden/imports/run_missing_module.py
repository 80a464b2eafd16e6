# run: -m no_such_module_at_all
