"""The rules of student records: pure and synchronous; they know no database, chat or screen."""
