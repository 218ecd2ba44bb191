"""Streamlit pages, one a file, and what they share."""
