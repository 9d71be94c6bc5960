"""The dialogue: forms, the walk through a form, the lobby, and what is said. Pure: no clock, no
network.
"""
