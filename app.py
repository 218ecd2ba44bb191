"""The app's shell: page settings and navigation, nothing else."""

import streamlit as st

from views import first

st.set_page_config(page_title="Yuma Games", layout="wide")
st.navigation([st.Page(first.page, title="The game", url_path="game", default=True)]).run()
