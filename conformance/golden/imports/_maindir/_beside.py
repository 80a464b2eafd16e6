b = "beside __main__"
