"""Nothing at all: what a start and an end cost."""
# on: every
# expect: exit 0
# expect: processes >= 1
# expect: interpreters >= 1
pass
