"""The app's shell: page settings and navigation, nothing else."""

import streamlit as st

from views.places import navigation

st.set_page_config(page_title="Yuma Games", layout="wide")
navigation()
