print("from lib", __name__)
