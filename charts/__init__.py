"""Altair builders: plain values in, chart out. No Streamlit and no files here."""

from charts.course import CoursePoint, course_chart
from charts.deviation import PayoffPoint, deviation_chart, payoff_chart
from charts.export import chart_bytes
from charts.theme import Style, styles

__all__ = [
    "CoursePoint",
    "PayoffPoint",
    "Style",
    "chart_bytes",
    "course_chart",
    "deviation_chart",
    "payoff_chart",
    "styles",
]
