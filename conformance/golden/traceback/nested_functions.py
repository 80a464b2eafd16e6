def outer():
    def middle():
        def inner():
            raise ValueError("nested")
        inner()
    middle()
outer()
