"""Channels: web chat, Telegram and terminal; the one path from a message to a reply."""
