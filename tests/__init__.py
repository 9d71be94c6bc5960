"""The tests of the whole house; run them with `make test`."""
