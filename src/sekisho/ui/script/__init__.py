"""The script, in a folder of its own: Streamlit puts the script's folder first on Python's path, where a module beside
it (`html.py`) would stand before the standard library's."""
