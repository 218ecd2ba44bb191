"""Reading and writing files: nothing in a file is trusted, nothing is half written."""
