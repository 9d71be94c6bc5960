"""What serves a form's author, never a family: check, explore, draw, export, compare, move."""
