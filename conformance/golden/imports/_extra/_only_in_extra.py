v = "found by PYTHONPATH"
