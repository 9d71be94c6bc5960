"""What every page shares: sessions, CSRF, headers, base templates, the HTML of replies.

Used by bot (the chat) and admin (the panel); knows neither.
"""
