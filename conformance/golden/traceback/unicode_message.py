raise ValueError("héllo 日本 \U0001f600 \ud800 end")
