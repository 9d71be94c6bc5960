"""From a spreadsheet to a Form: sheets, rows, columns, lists; each mistake told with its cell."""
