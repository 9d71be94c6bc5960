"""Three hundred families and a month of a school, with the clock in hand."""
