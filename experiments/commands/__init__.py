"""One command of `yuma` a file: its arguments, what it does, what it prints."""
