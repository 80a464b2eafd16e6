# run: no_such_file_at_all.py
