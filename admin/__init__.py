"""The panel: pages for staff, school set-up and sign-in."""
